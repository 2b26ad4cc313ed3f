"""What a text tells of: symptoms, conditions and circumstances, denied or not, whose and when."""

from xinglin.care.triage.rules.findings.finding import find as find
from xinglin.care.triage.rules.findings.lexicon import lexicon as lexicon
from xinglin.care.triage.rules.findings.person import Person as Person
from xinglin.care.triage.rules.findings.person import person as person
from xinglin.care.triage.rules.findings.types import Finding as Finding
