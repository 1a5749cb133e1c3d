"""What `/metrics` tells: counters of what came in and went out. No label ever names a person."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("changgu_turns", "Turns answered, by what came in", ["kind"])
FLOODED = Counter("changgu_flooded", "Updates let go because their chat brought too many")
FAULTS = Counter("changgu_faults", "Turns that faulted and will come again")
MASKED = Counter("changgu_masked", "Messages in which a number that must not be here was blotted out")
BATCH = Histogram("changgu_batch_updates", "Updates settled by one commit", buckets=(1, 2, 4, 8, 16, 32, 64))
SENDS = Counter("changgu_sends", "Sends by lane and what became of them", ["lane", "outcome"])
LAG = Histogram("changgu_send_lag_seconds", "From promise to acceptance, by lane", ["lane"])
IN_MEMORY = Gauge("changgu_letters_in_memory", "Letters this process is carrying")
NOT_UPDATES = Counter("changgu_not_updates", "Bodies with the right secret that were no update")
ALARM = Gauge("changgu_alarm", "1 where the doctor finds something wrong", ["check"])
SEEN = Gauge("changgu_seen", "What the doctor saw: seconds, letters, shares", ["check", "what"])
LOOKED_AT = Gauge("changgu_looked_at_seconds", "When the doctor last looked, in seconds since 1970")

turns_of, sends_of, lag_of = cache(TURNS.labels), cache(SENDS.labels), cache(LAG.labels)  # looked up once a label
