"""The log's SQL, where Django's query language has no word for it. PostgreSQL and SQLite ≥ 3.35."""

# -- what is asked at every publish or by every process once a second, and has no parts that change:
# Django's query language takes ten times as long to write it as the database to answer

READ_COUNTER = "SELECT head, tag, floor, origin FROM notifications_counter WHERE id = 1"
ANY_WAITS = "SELECT EXISTS (SELECT 1 FROM notifications_event WHERE seq IS NULL)"
# above seq, limit
READ_EVENTS = """
    SELECT seq, tag, before, topics, type, time, data FROM notifications_event
    WHERE seq > %s ORDER BY seq LIMIT %s
"""

# -- the stamp

TAKE_COUNTER_POSTGRESQL = """
    SELECT head, tag FROM notifications_counter WHERE id = 1 FOR UPDATE SKIP LOCKED
"""
# A write comes first, so that the transaction never has to upgrade a lock, which fails at once.
TAKE_COUNTER_SQLITE = """
    UPDATE notifications_counter SET head = head WHERE id = 1 RETURNING head, tag
"""
MOVE_COUNTER = "UPDATE notifications_counter SET head = %s, tag = %s WHERE id = 1"

# head, its tag, limit
NUMBER_EVENTS = """
    UPDATE notifications_event SET seq = numbered.number, before = numbered.preceding
    FROM (
        SELECT id AS event_id, CAST(%s AS bigint) + row_number() OVER (ORDER BY id) AS number,
               lag(tag, 1, CAST(%s AS varchar)) OVER (ORDER BY id) AS preceding
        FROM (
            SELECT id, tag FROM notifications_event WHERE seq IS NULL ORDER BY id LIMIT %s
        ) AS oldest
    ) AS numbered
    WHERE notifications_event.id = numbered.event_id
"""

# topics, seqs, internal: three arrays
INDEX_EVENTS_POSTGRESQL = """
    INSERT INTO notifications_eventtopic (topic, seq, internal)
    SELECT * FROM unnest(%s::varchar[], %s::bigint[], %s::boolean[])
"""
INDEX_EVENT_SQLITE = (
    "INSERT INTO notifications_eventtopic (topic, seq, internal) VALUES (%s, %s, %s)"
)

# above seq, up to seq, type. The newest event that created it counts: a notification whose audience
# shrank is created again.
PLACE_ADDRESSES = """
    UPDATE notifications_address SET position = told.seq
    FROM (
        SELECT event.notification_id AS about, topic.topic AS name, max(event.seq) AS seq
        FROM notifications_event AS event
        JOIN notifications_eventtopic AS topic ON topic.seq = event.seq
        WHERE event.seq > %s AND event.seq <= %s AND event.type = %s
        GROUP BY event.notification_id, topic.topic
    ) AS told
    WHERE notifications_address.notification_id = told.about
      AND notifications_address.topic = told.name
"""

# -- replay: the oldest few of each topic, then the oldest of those, so that the cost does not grow
# with the log. (`topic IN (…) ORDER BY seq` would sort all that these topics ever had.)

# topics, above seq, with internal ones, limit, limit
FIRST_OF_EACH_POSTGRESQL = """
    SELECT DISTINCT found.seq FROM unnest(%s::varchar[]) AS wanted (topic), LATERAL (
        SELECT seq FROM notifications_eventtopic
        WHERE topic = wanted.topic AND seq > %s AND (%s OR NOT internal) ORDER BY seq LIMIT %s
    ) AS found ORDER BY found.seq LIMIT %s
"""
# topic, above seq, with internal ones, limit; joined by UNION ALL
FIRST_OF_ONE_SQLITE = """
    SELECT seq FROM (
        SELECT seq FROM notifications_eventtopic
        WHERE topic = %s AND seq > %s AND (%s OR NOT internal) ORDER BY seq LIMIT %s
    )
"""

# -- forgetting

# the topic four times: between spaces (so that room.a is not found in room.ab), but for the third
FORGET_TOPIC = """
    UPDATE notifications_event
    SET topics = TRIM(REPLACE(' ' || topics || ' ', %s, ' ')),
        data = CASE WHEN TRIM(REPLACE(' ' || topics || ' ', %s, ' ')) = '' THEN '{}' ELSE data END
    WHERE seq IN (SELECT seq FROM notifications_eventtopic WHERE topic = %s)
       OR (seq IS NULL AND topics <> TRIM(REPLACE(' ' || topics || ' ', %s, ' ')))
    RETURNING seq
"""

# up to seq
DELETE_TOPIC = "DELETE FROM notifications_eventtopic WHERE topic = %s AND seq <= %s"
