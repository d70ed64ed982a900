"""What an edit has replaced is kept, so that readers can be shown what has changed."""

from django.db.models.functions import Now

from notifications.models import Former, Notification, Post

# What edits itself every minute is a display, and nobody reads all it has shown.
MOST_FORMERS = 20


def keep_former(before: Notification, after: Notification) -> None:
    """Write down what a published notification said until now, if that is other words.

    Posts in rooms are their authors' own: what one has taken back there is gone.
    """
    if (before.title, before.body) == (after.title, after.body):
        return
    if Post.objects.filter(pk=before.pk).exists():
        return
    Former.objects.create(
        notification_id=before.pk, title=before.title, body=before.body, until=Now()
    )
    kept = Former.objects.filter(notification_id=before.pk).order_by("-pk")
    forgotten = list(kept.values_list("pk", flat=True)[MOST_FORMERS:])
    if forgotten:
        Former.objects.filter(pk__in=forgotten).delete()
