"""Systems, devices and development files."""

from django.urls import path

from assets.views import development, device, system

urlpatterns = [
    path("systems/", system.system_list, name="system_list"),
    path("systems/new/", system.system_new, name="system_new"),
    path("systems/<int:pk>/", system.system, name="system"),
    path("systems/<int:pk>/change/", system.system_change, name="system_change"),
    path("systems/<int:pk>/life/<slug:act>/", system.system_life, name="system_life"),
    path("systems/<int:pk>/logs/new/", system.log_new, name="log_new"),
    path("systems/<int:pk>/connections/new/", system.connection_new, name="connection_new"),
    path("systems/<int:pk>/developments/new/", development.development_new, name="development_new"),
    path("logs/<int:pk>/end/", system.log_end, name="log_end"),
    path("connections/<int:pk>/change/", system.connection_change, name="connection_change"),
    path("connections/<int:pk>/<slug:act_code>/", system.connection_act, name="connection_act"),
    path("developments/<int:pk>/", development.development, name="development"),
    path("developments/<int:pk>/advance/", development.development_advance, name="development_advance"),
    path("developments/<int:pk>/stop/", development.development_stop, name="development_stop"),
    path("development-items/<int:pk>/done/", development.item_done, name="item_done"),
    path("development-items/<int:pk>/waive/", development.item_waive, name="item_waive"),
    path("development-items/<int:pk>/reopen/", development.item_reopen, name="item_reopen"),
    path("devices/", device.device_list, name="device_list"),
    path("devices/new/", device.device_new, name="device_new"),
    path("devices/<int:pk>/", device.device, name="device"),
    path("devices/<int:pk>/change/", device.device_change, name="device_change"),
    path("devices/<int:pk>/check/", device.device_check, name="device_check"),
    path("devices/<int:pk>/acts/<slug:act_code>/", device.device_act, name="device_act"),
]
