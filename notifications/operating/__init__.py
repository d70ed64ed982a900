"""What operators see and do: the server processes, who is connected to them, ending that.

Everything goes through the database, so that it works over any number of processes and without
Redis: each process writes its row (`processes`), lists its connections only while somebody looks
(`looking`), and learns from the log whom it has to let go (`ending`).
"""
