"""Logistic regression by scikit-learn on made-up lesions. python lesions.py writes lesions.json."""
import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

rng = np.random.default_rng(4)
n = 60
features = np.column_stack([
    rng.uniform(0.3, 1, n), rng.uniform(0.5, 1, n), rng.normal(0, 2, n), rng.choice([0.5, 1.0], n)
]).round(4)
truth = (rng.uniform(size=n) < 1 / (1 + np.exp(-(6 * features[:, 0] + 0.7 * features[:, 2] - 4)))).astype(int)
mean, sd = features.mean(0), features.std(0)
model = LogisticRegression(C=1.0, tol=1e-12, max_iter=10000).fit((features - mean) / sd, truth)
said = model.predict_proba((features - mean) / sd)[:, 1]
observed, predicted = calibration_curve(truth, said, n_bins=10)
Path(__file__).with_name("lesions.json").write_text(json.dumps({
    "versions": {"python": platform.python_version(), "sklearn": sklearn.__version__, "numpy": np.__version__},
    "features": features.tolist(),
    "truth": truth.tolist(),
    "intercept": model.intercept_[0],
    "weights": model.coef_[0].tolist(),
    "probabilities": said.tolist(),
    "brier": brier_score_loss(truth, said),
    "observed": observed.tolist(),
    "predicted": predicted.tolist(),
}))
