"""The tables. Import them from here; importing this module makes all of them known."""

from inbox.models.api_token import ApiToken
from inbox.models.attachment import Attachment
from inbox.models.audit_entry import AuditEntry
from inbox.models.change import Change
from inbox.models.conversation import Conversation, ConversationView
from inbox.models.correction import Correction
from inbox.models.guest import Guest, GuestAddress
from inbox.models.guest_merge import GuestMerge
from inbox.models.hotel import Hotel
from inbox.models.incident import Incident
from inbox.models.instance import Instance
from inbox.models.ledger_hour import LedgerHour
from inbox.models.message import (
    CHECKS_BEFORE_ASKING,
    IS_SCHEDULED,
    IS_UNFINISHED,
    IS_UNPROVEN,
    STATUS_RANK,
    TEXT_LIMIT,
    Message,
)
from inbox.models.reaction import Reaction
from inbox.models.revision import Revision
from inbox.models.sentiment import Sentiment
from inbox.models.staff import ROLES, Membership, Staff, StaffSession
from inbox.models.states import UNFINISHED, UNPROVEN
from inbox.models.webhook_event import WebhookEvent

__all__ = [
    "CHECKS_BEFORE_ASKING",
    "IS_SCHEDULED",
    "IS_UNFINISHED",
    "IS_UNPROVEN",
    "ROLES",
    "STATUS_RANK",
    "TEXT_LIMIT",
    "UNFINISHED",
    "UNPROVEN",
    "ApiToken",
    "Attachment",
    "AuditEntry",
    "Change",
    "Conversation",
    "ConversationView",
    "Correction",
    "Guest",
    "GuestAddress",
    "GuestMerge",
    "Hotel",
    "Incident",
    "Instance",
    "LedgerHour",
    "Membership",
    "Message",
    "Reaction",
    "Revision",
    "Sentiment",
    "Staff",
    "StaffSession",
    "WebhookEvent",
]
