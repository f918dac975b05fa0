"""How sure a ranking of facts has to be, for what."""

from __future__ import annotations

#: Confidence of the ranking from which its first facts answer, and from which they are offered
#: as what may be meant (「もしかして」).
CERTAIN = 0.3
LIKELY = 0.05
#: Confidence from which a message that need not be a question is looked up.
FOUND = 0.35
#: The same for a wish that a question about the company answers better.
SURELY_FOUND = 0.85
#: Confidence from which a question is answered though it names a practical topic, or though its
#: intent is another one.
CLEARLY_INSIDE = 0.6
#: Confidence from which an attribute that a question only seems to name is none.
SURELY_INSIDE = 0.9
#: Intent confidence from which a practical topic wins over an attribute of the material.
CLEARLY_OUTSIDE = 0.6
