"""Sentences that a letter starts from."""

from django.utils.translation import gettext_lazy as _

URGE_LATE = _("此事项已经超过规定期限。请在收到本函后 5 个工作日内办结，并书面说明超期的原因。")
URGE_SOON = _("请抓紧办理，在规定期限内报送结果；不能按期办结的，提前说明原因。")
URGE_LATE_TALK = _("此事项已经超过规定期限，请尽快办结，并书面说明超期的原因。")
