"""The named conditions of the table. Each returns a sentence why not, or "".

They look at the matter, the actor, the moment and the fields about to be set; with no
fields (a button is being drawn) they judge only what is already known. ``SAYS`` has each
in words.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from cases.guards.deciding import (
    category_allows_acceptance,
    ground_declines,
    ground_ends,
    ground_is_listed,
    is_simple,
    known_category,
    may_answer_at_once,
    may_be_informed,
    route_is_listed,
    second_person,
    simple_allowed,
    simple_in_time,
)
from cases.guards.ending import (
    delivered_after_closing,
    from_old_register,
    main_filed,
    main_not_filed,
    may_be_merged,
    must_be_redone,
    not_the_handler,
    nothing_to_redo,
    recheck_window,
    review_window,
    something_to_deliver,
    window_over,
    within_reopening,
)
from cases.guards.handling import (
    extension_asked,
    handler_not_involved,
    has_head,
    has_superior,
    head_signs_here,
    head_signs_on_paper,
    hearing_is_mine,
    in_hand,
    may_extend,
    no_open_hearing,
    not_the_author,
    open_hearing,
)
from cases.guards.sending import (
    accused_unit_of,
    assistance_of,
    assistants_answered,
    assisting,
    hand_backs,
    judging_lapsed,
    leaves_the_system,
    not_for_coordinator,
    not_involved,
    objection_in_time,
    own_rules,
    own_unit,
    sent_kind,
    target_not_accused,
    target_receives,
)

# What each condition asks for, in words for the page 办理规则 and docs/workflow.md.
SAYS: dict[Callable[..., str], Promise] = {
    known_category: __("归入十类之一"),
    category_allows_acceptance: __("归为第 3 类，或者第 6 至 10 类按内容应当受理"),
    may_answer_at_once: __("不是检举控告"),
    ground_is_listed: __("情形在规定的清单之内"),
    route_is_listed: __("途径在法定途径表之内"),
    target_not_accused: __("检举控告材料不转给被检举控告的单位"),
    target_receives: __("接收单位在用，且不是信访工作机构"),
    own_unit: __("事项在本人所在单位"),
    not_involved: __("与事项没有直接利害关系（回避）"),
    objection_in_time: __("收到后 5 个工作日内"),
    may_extend: __("只能延期一次，且在办理期限届满之前"),
    may_be_informed: __("姓名、地址清楚"),
    simple_allowed: __("初次、简单，且不属于第五条排除的情形"),
    simple_in_time: __("收到后 3 个工作日内"),
    is_simple: __("正在简易办理"),
    second_person: __("审批人不是提出人"),
    ground_declines: __("情形属于不予受理"),
    ground_ends: __("情形属于不再受理"),
    not_for_coordinator: __("退回不足三次；第三次起由协调人裁定"),
    judging_lapsed: __("核实异议的期限已过"),
    leaves_the_system: __("转送的是政法机关或者纪检监察机关"),
    assisting: __("本单位是协办单位，尚未报送"),
    assistants_answered: __("协办单位都已报送"),
    in_hand: __("事项在本单位"),
    extension_asked: __("已有延期申请，且审批人不是申请人"),
    handler_not_involved: __("承办人是本单位人员，没有利害关系"),
    hearing_is_mine: __("由正在办理或者复查复核的一方组织"),
    open_hearing: __("正在听证"),
    no_open_hearing: __("没有未结束的听证"),
    head_signs_here: __("单位负责人在系统内签发"),
    head_signs_on_paper: __("单位负责人在纸上签发"),
    not_the_author: __("签发人不是起草人"),
    has_superior: __("是上级交办的事项"),
    something_to_deliver: __("有待送达的文书"),
    window_over: __("请求期限已过"),
    must_be_redone: __("复查意见责令重新办理"),
    nothing_to_redo: __("没有责令重新办理"),
    review_window: __("收到书面答复之日起 30 日内；逾期的写明正当理由"),
    recheck_window: __("收到复查意见之日起 30 日内；逾期的写明正当理由"),
    not_the_handler: __("没有办理过此事项"),
    may_be_merged: __("同一机构登记、尚在办理的事项"),
    main_not_filed: __("主件没有归档"),
    main_filed: __("并入的事项已经归档"),
    delivered_after_closing: __("送达日期在办结之日和今日之间"),
    within_reopening: __("办结后规定日数之内"),
    from_old_register: __("来自导入的历史台账"),
}

__all__ = ["SAYS", "accused_unit_of", "assistance_of", "assistants_answered", "assisting", "category_allows_acceptance", "delivered_after_closing", "extension_asked", "from_old_register", "ground_declines", "ground_ends", "ground_is_listed", "hand_backs", "handler_not_involved", "has_head", "has_superior", "head_signs_here", "head_signs_on_paper", "hearing_is_mine", "in_hand", "is_simple", "judging_lapsed", "known_category", "leaves_the_system", "main_filed", "main_not_filed", "may_answer_at_once", "may_be_informed", "may_be_merged", "may_extend", "must_be_redone", "no_open_hearing", "not_for_coordinator", "not_involved", "not_the_author", "not_the_handler", "nothing_to_redo", "objection_in_time", "open_hearing", "own_rules", "own_unit", "recheck_window", "review_window", "route_is_listed", "second_person", "sent_kind", "simple_allowed", "simple_in_time", "something_to_deliver", "target_not_accused", "target_receives", "window_over", "within_reopening"]
