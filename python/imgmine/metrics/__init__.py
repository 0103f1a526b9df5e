"""Every judgement in one place: of classifications, rankings, groups, segmentations, images."""

from ._agreement import adjusted_rand_score, normalized_mutual_info_score
from ._boundaries import boundary_f1, boundary_precision, boundary_recall
from ._classification_report import classification_report
from ._confusion import accuracy_score, confusion_matrix
from ._curves import average_precision_score, roc_auc_score
from ._interpolated_precision import interpolated_precision
from ._mse import mse, psnr
from ._ndcg import ndcg_score
from ._precision_recall import f1_score, precision_score, recall_score
from ._ranking import mean_average_precision, ns_score, precision_at_k, recall_at_k
from ._segmentation import adapted_rand, dice, iou, variation_of_information
from ._silhouette import silhouette_samples, silhouette_score
from ._ssim import ssim
from ._superpixels import (
    achievable_segmentation_accuracy,
    compactness,
    explained_variation,
    undersegmentation_error,
)

__all__ = [
    "accuracy_score",
    "achievable_segmentation_accuracy",
    "adapted_rand",
    "adjusted_rand_score",
    "average_precision_score",
    "boundary_f1",
    "boundary_precision",
    "boundary_recall",
    "classification_report",
    "compactness",
    "confusion_matrix",
    "dice",
    "explained_variation",
    "f1_score",
    "interpolated_precision",
    "iou",
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
    "undersegmentation_error",
    "variation_of_information",
]
