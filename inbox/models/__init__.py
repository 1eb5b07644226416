"""The tables. Import them from here; importing this module makes all of them known."""

from inbox.models.api_token import ApiToken
from inbox.models.attachment import Attachment
from inbox.models.audit_entry import AuditEntry
from inbox.models.change import Change
from inbox.models.conversation import Conversation, ConversationView
from inbox.models.guest import Guest, GuestAddress
from inbox.models.hotel import Hotel
from inbox.models.instance import Instance
from inbox.models.message import IS_UNFINISHED, STATUS_RANK, TEXT_LIMIT, Message
from inbox.models.staff import ROLES, Membership, Staff, StaffSession
from inbox.models.webhook_event import WebhookEvent

__all__ = [
    "IS_UNFINISHED",
    "ROLES",
    "STATUS_RANK",
    "TEXT_LIMIT",
    "ApiToken",
    "Attachment",
    "AuditEntry",
    "Change",
    "Conversation",
    "ConversationView",
    "Guest",
    "GuestAddress",
    "Hotel",
    "Instance",
    "Membership",
    "Message",
    "Staff",
    "StaffSession",
    "WebhookEvent",
]
