"""The addresses of the pages and of the JSON API. The transports' are in `routing`."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, reverse_lazy

from notifications import views

app_name = "noticeboard"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("n/<int:pk>/", views.detail, name="detail"),
    path("inbox/<slug:action>/", views.act, name="act"),
    path("api/", include("notifications.api")),
    path("jsi18n/", views.catalogue, name="catalogue"),
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
