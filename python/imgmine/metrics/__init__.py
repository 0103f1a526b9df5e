"""Every judgement in one place: how good is a classification, a ranking, a clustering, an image."""

from ._agreement import adjusted_rand_score, normalized_mutual_info_score
from ._classification_report import classification_report
from ._confusion import accuracy_score, confusion_matrix
from ._curves import average_precision_score, roc_auc_score
from ._interpolated_precision import interpolated_precision
from ._mse import mse, psnr
from ._ndcg import ndcg_score
from ._precision_recall import f1_score, precision_score, recall_score
from ._ranking import mean_average_precision, ns_score, precision_at_k, recall_at_k
from ._silhouette import silhouette_samples, silhouette_score
from ._ssim import ssim

__all__ = [
    "accuracy_score",
    "adjusted_rand_score",
    "average_precision_score",
    "classification_report",
    "confusion_matrix",
    "f1_score",
    "interpolated_precision",
    "mean_average_precision",
    "mse",
    "ndcg_score",
    "normalized_mutual_info_score",
    "ns_score",
    "precision_at_k",
    "precision_score",
    "psnr",
    "recall_at_k",
    "recall_score",
    "roc_auc_score",
    "silhouette_samples",
    "silhouette_score",
    "ssim",
]
