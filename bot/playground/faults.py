"""What can be made to go wrong at a stand-in: faults that wait for their calls, and how often they hit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(kw_only=True, slots=True)
class Fault(Generic[Kind]):
    """One switch that is on."""

    trouble: Kind
    value: float = 0
    """Seconds or a status, as the trouble needs."""
    skip: int = 0
    """Calls that still go well first."""
    times: int | None = 1
    """How many calls it hits; None: for ever."""


One = TypeVar("One", bound=Fault[Any])


class Switchboard(Generic[One]):
    """Every fault that is on, in the order it was switched on."""

    def __init__(self) -> None:
        self._faults: list[One] = []

    def __iter__(self) -> Iterator[One]:
        return iter(self._faults)

    def add(self, fault: One) -> None:
        """Switch a fault on."""
        self._faults.append(fault)

    def drop(self, meant: Callable[[One], bool]) -> None:
        """Switch those off that are meant."""
        self._faults = [fault for fault in self._faults if not meant(fault)]

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def hit(self, meant: Callable[[One], bool]) -> One | None:
        """The first fault that is meant for this call and not waiting any more, counted."""
        for fault in self._faults:
            if not meant(fault):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None
