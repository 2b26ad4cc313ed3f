"""The order of a queue for those who ask without an engine: the boards, and a patient's place."""

from xinglin.care.dispatch.engine.shapes import Request
from xinglin.care.dispatch.engine.weights import Weights

LEFT_MESSAGE, USUAL, RETURNED = 2, 1, 0

# Priority (negative), band, arrival: smaller is served sooner.
Place = tuple[float, int, float]
_LAST = 100.0


def band_of(request: Request) -> int:
    """Handed over before usual before left message, at equal priority."""
    if request.left_message:
        return LEFT_MESSAGE
    return RETURNED if request.returned else USUAL


def place_of(request: Request, now: float, weights: Weights) -> Place:
    """As the engine orders them while priority accumulates."""
    band = band_of(request)
    slope, target = weights.slope[request.urgency - 1], weights.target_s[request.urgency - 1]
    arrived = min(request.arrived, now) - request.head_start_s
    age = now - arrived
    if band == RETURNED:
        return (-slope, band, arrived)
    if band == LEFT_MESSAGE:
        return (1.0 - left_share(age, slope, target, weights), band, arrived)
    return (-slope * age / target if age < target else -slope, band, arrived)


def strict_place_of(request: Request, now: float) -> Place:
    """As the engine orders them in strict order."""
    band = band_of(request)
    arrived = min(request.arrived, now) - request.head_start_s
    return (-strictly(request.urgency, band), band, arrived)


def strictly(urgency: int, band: int) -> float:
    """Only urgency and band count; left messages come after everybody who looks at the screen."""
    return -3.0 * urgency - (band if band < LEFT_MESSAGE else _LAST)


def left_share(age: float, slope: float, target: float, weights: Weights) -> float:
    """Of a left message, 0 to 1: it comes after everybody who looks at the screen."""
    return slope / weights.slope[0] * min(1.0, age / (target * weights.left_message_factor))
