"""What other rooms plug into the gate, as Protocols, and the registry actions read.

`tsunagari/` plugs implementations in at assembly. Actions reach the desk through `desk()`,
which falls back to the store on disk, so that a separate action server works as well.
"""

from __future__ import annotations

from conversations.ports.delivery import (
    PUSHED_CHANNELS,
    Deliverer,
    Delivery,
    DeliveryPart,
    UndeliverableError,
)
from conversations.ports.handoff import (
    HandoffDesk,
    HandoffRequest,
    desk,
    handoff_terms,
    plug_handoff_terms,
    set_desk,
)
from conversations.ports.messages import (
    UNREAD,
    Act,
    ConversationGoneError,
    IncomingMessage,
    OutputDict,
    Responder,
    Utterance,
)
from conversations.ports.sheet import (
    InvalidValueError,
    NoSheet,
    SheetFiles,
    SheetUnavailableError,
    SheetView,
    plug_sheets,
    sheet_offer,
)
from conversations.ports.turns import (
    BotOwnsEverything,
    ErasureListener,
    KeepAsTyped,
    Masker,
    Notices,
    OwnershipPolicy,
)

__all__ = [
    "PUSHED_CHANNELS",
    "UNREAD",
    "Act",
    "BotOwnsEverything",
    "ConversationGoneError",
    "Deliverer",
    "Delivery",
    "DeliveryPart",
    "ErasureListener",
    "HandoffDesk",
    "HandoffRequest",
    "IncomingMessage",
    "InvalidValueError",
    "KeepAsTyped",
    "Masker",
    "NoSheet",
    "Notices",
    "OutputDict",
    "OwnershipPolicy",
    "Responder",
    "SheetFiles",
    "SheetUnavailableError",
    "SheetView",
    "UndeliverableError",
    "Utterance",
    "desk",
    "handoff_terms",
    "plug_handoff_terms",
    "plug_sheets",
    "set_desk",
    "sheet_offer",
]
