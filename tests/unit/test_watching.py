"""What is drawn and what is alerted about exists; figures that no request brings are kept."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import Fault
from bot.jobs import Allowance
from bot.observe import Metrics
from bot.providers import catalogue
from bot.settings import Settings
from bot.watching import state_limits

DOCS = Path(__file__).parents[2] / "docs"


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DOCS / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    drawn = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*drawn, *(rule["expr"] for rule in rules())]


def known() -> dict[str, set[str]]:
    """Every series that Prometheus would find here → its labels."""
    metrics = Metrics()
    own = {one._name: one._labelnames for one in vars(metrics).values() if hasattr(one, "_labelnames")}
    names = {family.name: own.get(family.name, ()) for family in metrics._registry.collect()}
    endings = ("", "_total", "_bucket", "_count", "_sum")
    return {
        name + end: {*labels, "le", "instance", "job"} for name, labels in names.items() for end in endings
    }


@pytest.mark.parametrize("expression", expressions())
def test_what_is_watched_exists(expression: str) -> None:
    series = known()
    named = set(re.findall(r"\b(imagine_\w+|process_\w+)", expression))
    assert named or "up" in expression
    assert named <= set(series)
    for name, inside in re.findall(r"\b(imagine_\w+)\{([^}]*)\}", expression):
        assert set(re.findall(r"(\w+)\s*=", inside)) <= series[name]
    for by in re.findall(r"by \(([^)]*)\)", expression):
        labels = set[str]().union(*(series[name] for name in named))
        assert {one.strip() for one in by.split(",")} <= labels


def test_faults_and_codes_in_the_alerts_are_those_that_there_are() -> None:
    text = (DOCS / "alerts.yml").read_text(encoding="utf-8")
    named = {one for found in re.findall(r'fault=~?"([^"]+)"', text) for one in found.split("|")}
    assert named
    assert named <= {fault.value for fault in Fault}


def test_every_alert_says_what_to_do() -> None:
    found = rules()
    assert len({rule["alert"] for rule in found}) == len(found) > 8
    for rule in found:
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["do"]
        assert rule["labels"]["severity"] in ("page", "warn")


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_limits_and_retirements_are_stated_for_what_is_in_use(settings: Settings) -> None:
    menu = catalogue.menu(settings.model_copy(update={"imagine_model": "gpt-image-1"}))
    metrics = Metrics()
    state_limits(menu, {"gpt-image-1": Allowance(per_minute=5, even=False)}, metrics)
    text = metrics.text().decode()
    assert 'imagine_budget_per_minute{deployment="gpt-image-1"} 5.0' in text
    (offer,) = menu.offers
    ends = offer.card.retires[offer.service]
    (stated,) = re.findall(r'retires_timestamp_seconds{model="gpt-image-1",service="openai"} (\S+)', text)
    assert datetime.fromtimestamp(float(stated), tz=UTC).date() == ends
