"""The guidance engine: profile in, plan with reasons and citations out.

Gates before ranking, three-valued matching, deterministic order, and the next question
chosen by what its answer would tell about the plan. It imports no Rasa and no network.
"""

from knowledge.guide.engine import Guide
from knowledge.guide.findings import Verdict
from knowledge.guide.plan import Plan, Reason, Recommendation
from knowledge.guide.ports import GuideStore
from knowledge.guide.profile import Profile

__all__ = ["Guide", "GuideStore", "Plan", "Profile", "Reason", "Recommendation", "Verdict"]
