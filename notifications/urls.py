"""The addresses of the pages and of the JSON API. The transports' are in `routing`."""

from django.contrib.auth.views import LoginView, LogoutView
from django.templatetags.static import static
from django.urls import include, path, reverse_lazy
from django.utils.functional import lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language

from notifications import views
from notifications.doctor import views as doctor
from notifications.lab import pointers
from notifications.lab import views as lab

app_name = "noticeboard"

# A storage that puts hashes into names knows them only once it is asked.
static_lazy = lazy(static, str)

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("n/<int:pk>/", views.detail, name="detail"),
    path("n/<int:pk>/pane/", views.pane, name="pane"),
    path("n/<int:pk>/mute/", views.mute, name="mute"),
    path("n/<int:pk>/actions/<int:number>/", views.take, name="offer"),
    path("inbox/<slug:action>/", views.act, name="act"),
    path("views/", views.save_view, name="save-view"),
    path("views/<int:pk>/remove/", views.remove_view, name="remove-view"),
    path("api/views/", views.api_views, name="api-views"),
    path("api/views/<int:pk>/", views.api_view, name="api-view"),
    path("follow/", views.follow, name="follow"),
    path("preferences/", views.preferences, name="preferences"),
    path("api/preferences/", views.api_preferences, name="api-preferences"),
    path("api/texts/", views.api_texts, name="api-texts"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/<str:slug>/", views.room, name="room"),
    path("rooms/<str:slug>/post/", views.post, name="room-post"),
    path("rooms/<str:slug>/name/", views.rename, name="room-name"),
    path("rooms/<str:slug>/moderation/", views.moderate, name="room-moderation"),
    path("rooms/<str:slug>/posts/<int:id>/<str:do>/", views.act_on_post, name="room-act"),
    path("rooms/<str:slug>/wall-link/", views.make_link, name="room-wall-link"),
    path("wall/<str:slug>/", views.wall, name="wall"),
    path("wall/<str:slug>/open/<str:token>/", views.open_wall, name="wall-open"),
    path("lab/", lab.lab, name="lab"),
    path("lab/pointers/", pointers.pointers, name="pointers"),
    path("api/lab/run/", lab.lab_run, name="lab-run"),
    path("api/lab/run/stop/", lab.lab_stop, name="lab-stop"),
    path("api/lab/run/pause/", lab.lab_pause, name="lab-pause"),
    path("api/lab/time/", lab.lab_time, name="lab-time"),
    path("setup/", doctor.page, name="setup"),
    path("api/setup/", doctor.api_setup, name="api-setup"),
    path("api/setup/send/", doctor.api_setup_send, name="api-setup-send"),
    path("operators/", views.operators, name="operators"),
    path("operators/disconnect/", views.disconnect, name="operators-disconnect"),
    path("api/operators/", views.api_operators, name="api-operators"),
    path("api/operators/trace/", views.api_trace, name="api-operators-trace"),
    path("api/", include("notifications.api")),
    # Asked for by browsers on pages that name no icon, as the admin's.
    path("favicon.ico", RedirectView.as_view(url=static_lazy("noticeboard/icon.svg")), name="icon"),
    path("jsi18n/", views.catalogue, name="catalogue"),
    path("language/", set_language, name="language"),
    path(
        "accounts/login/",
        LoginView.as_view(
            template_name="noticeboard/login.html",
            next_page=reverse_lazy("noticeboard:inbox"),
            redirect_authenticated_user=True,
        ),
        name="login",
    ),
    path(
        "accounts/logout/",
        LogoutView.as_view(next_page=reverse_lazy("noticeboard:login")),
        name="logout",
    ),
]
