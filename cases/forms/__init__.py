"""One form per step: what must be filled in, and the help beside it. What is allowed stands in the table."""

from cases.forms.base import StepForm, Words, note
from cases.forms.deciding import AcceptForm, AnswerForm, ClassifyForm, DeclineForm, GuideForm, InformForm, ReopenForm, ToOrdinaryForm
from cases.forms.ending import AttachForm, ConcludeForm, ServeForm, WithdrawForm
from cases.forms.handling import CloseForm, InvestigateForm, ReportForm, ReportUpForm, RequestExtensionForm, ReturnDraftForm, SendBackForm, SignForm, SubmitForm
from cases.forms.sending import AssignForm, AssistForm, CoordinateForm, HandBackForm, HandleHereForm, InsistForm, RecordReceiptForm, SendForm, TakeUpForm

__all__ = ["AcceptForm", "AnswerForm", "AssignForm", "AssistForm", "AttachForm", "ClassifyForm", "CloseForm", "ConcludeForm", "CoordinateForm", "DeclineForm", "GuideForm", "HandBackForm", "HandleHereForm", "InformForm", "InsistForm", "InvestigateForm", "RecordReceiptForm", "ReopenForm", "ReportForm", "ReportUpForm", "RequestExtensionForm", "ReturnDraftForm", "SendBackForm", "SendForm", "ServeForm", "SignForm", "StepForm", "SubmitForm", "TakeUpForm", "ToOrdinaryForm", "WithdrawForm", "Words", "note"]
