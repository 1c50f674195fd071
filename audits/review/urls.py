"""/audits/reviews/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.reviews, name="policy_reviews"),
    path("begin/", views.begin, name="begin_policy_review"),
    path("<int:pk>/", views.review, name="policy_review"),
    path("<int:pk>/put/", views.put, name="put_policy_review"),
    path("<int:pk>/close/", views.close, name="close_policy_review"),
    path("<int:pk>/drop/", views.drop, name="drop_policy_review"),
    path("<int:pk>/revision/", views.link_revision, name="link_review_revision"),
    path("<int:pk>/paper/", views.paper, name="policy_review_paper"),
    path("<int:pk>/inputs/add/", views.add_input, name="add_review_input"),
    path("<int:pk>/inputs/<int:number>/", views.review_input, name="review_input"),
    path("<int:pk>/inputs/<int:number>/remove/", views.remove_input, name="remove_review_input"),
]
