"""What each asker may still spend this minute: a bucket that fills again steadily."""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from schema.refusals import Refused, Why

MINUTE = 60.0
MOST_BUCKETS = 20_000


@dataclass(slots=True)
class Bucket:
    """What is left, as of a moment of the clock."""

    left: float
    at: float


class Budgets:
    """The buckets of all askers. A full bucket is the same as none, so the least recent ones are forgotten."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        self.clock = clock
        self.most = most
        self.buckets: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, asker: str, cost: int, a_minute: int) -> None:
        """Nothing, when the asker can afford the cost; raises Refused, with the seconds to wait when waiting helps."""
        now = self.clock()
        bucket = self.buckets.setdefault(asker, Bucket(a_minute, now))
        bucket.left = min(a_minute, bucket.left + (now - bucket.at) * a_minute / MINUTE)
        bucket.at = now
        self.buckets.move_to_end(asker)
        if len(self.buckets) > self.most:
            self.buckets.popitem(last=False)
        if cost > bucket.left:
            raise too_poor(cost, bucket.left, a_minute)
        bucket.left -= cost


def too_poor(cost: int, left: float, a_minute: int) -> Refused:
    """The refusal of an operation that costs more than what is left, or than will ever be."""
    facts = {"cost": cost, "limit": a_minute}
    if cost > a_minute:
        message = f"The operation costs {cost}, more than the {a_minute} a minute given here: ask for less, or sign in."
        return Refused(Why.TOO_COMPLEX, message, facts=facts)
    wait = max(1, math.ceil((cost - left) * MINUTE / a_minute))
    message = f"The operation costs {cost}, and {int(left)} of {a_minute} a minute are left: wait {wait} s."
    return Refused(Why.BUDGET, message, headers={"Retry-After": str(wait)}, facts={**facts, "retryAfter": wait})


class Presence:
    """How many connections each asker holds open."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()

    def enter(self, asker: str, most: int) -> bool:
        """Whether one more is allowed; it then counts until `leave`."""
        if self.open[asker] >= most:
            return False
        self.open[asker] += 1
        return True

    def leave(self, asker: str) -> None:
        """One less; nothing is kept of somebody who has none."""
        self.open[asker] -= 1
        if self.open[asker] <= 0:
            del self.open[asker]


def network(address: str | None) -> str:
    """The name under which an address spends: a whole /64 for IPv6, where one household has it all.

    >>> network("2001:db8::1") == network("2001:db8::2"), network("192.0.2.1")
    (True, '192.0.2.1')
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or "nowhere"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)
