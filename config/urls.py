"""Every address of the system, by app."""

from django.urls import include, path

from accounts import views as accounts_views
from accounts.admin import reference_site
from upkeep import views as upkeep_views

handler500 = "upkeep.views.failed"

urlpatterns = [
    path("", accounts_views.home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("audit/", include("audit.urls")),
    path("drafts/", include("drafts.urls")),
    path("notices/", include("notices.urls")),
    path("hall/", include("hall.urls")),
    path("", include("cases.registration_urls")),
    path("", include("reception.urls")),
    path("", include("cases.urls")),
    path("followup/", include("followup.urls")),
    path("briefing/", include("briefing.urls")),
    path("alerts/", include("alerts.urls")),
    path("inquiry/", include("inquiry.urls")),
    path("review/", include("review.urls")),
    path("archive/", include("archive.urls")),
    path("diary/", include("diary.urls")),
    path("", include("reports.urls")),
    path("upkeep/", include("upkeep.urls")),
    path("healthz", upkeep_views.healthz, name="healthz"),
    path("metrics", upkeep_views.metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", reference_site.urls),
]
