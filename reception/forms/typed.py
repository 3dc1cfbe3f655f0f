"""A registration while it is being typed: read leniently, compared, never kept."""

from django.utils.translation import gettext_lazy as __

from reception.forms.fields import ContentField, LineField, ProseField
from reception.forms.person import WhoForm
from reception.models import Visit


class TypedForm(WhoForm):
    """Who came and what was typed so far; wrong or missing parts count as empty."""

    demand = ProseField(label=__("请求"))
    facts = ProseField(label=__("事实"))
    region = LineField(label=__("问题属地"), max_length=60)
    accused = LineField(label=__("被反映的人或单位"), max_length=200)
    content_category = ContentField(label=__("内容分类"), max_length=200)

    def visit(self) -> Visit:
        """The visit as far as it is known; no row, and none is made of it."""
        known = self.cleaned_data
        texts = {name: known.get(name, "") for name in ("demand", "facts", "region", "accused")}
        return Visit(content_category=known.get("content_category"), **texts)
