"""Logistic regression of scikit-learn on stored embeddings: what a linear head of the same objective must come to.

Usage: logistic.py FOLDER. The folder has case.json {dim, labels, train, weightDecay, inputLength} (`labels`: the class of each picture,
`train`: how many of them, from the first, are to learn from) and vectors.f32, the embeddings one after another. Prints JSON.
"""

import json
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

folder = Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
x = np.fromfile(folder / "vectors.f32", "<f4").reshape(-1, case["dim"]).astype("f8")
y = np.array(case["labels"])
n = case["train"]


def fit(inputs, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=20000, tol=1e-7).fit(inputs[:n], y[:n])


# As it is used: on the embeddings as they are, with the usual regularisation.
usual = fit(x, 1.0)
# The objective of a head: inputs centred and scaled by one number, and weightDecay / 2 * |w|^2 + mean loss = (n C)^-1 (|w|^2 / 2 + C sum of losses).
centred = x - x[:n].mean(0)
scaled = centred * case["inputLength"] / np.sqrt((centred[:n] ** 2).sum(1).mean())
same = fit(scaled, 1 / (case["weightDecay"] * n))
print(
    json.dumps(
        {
            "version": sklearn.__version__,
            "usual": usual.score(x[n:], y[n:]),
            "same": same.score(scaled[n:], y[n:]),
            "probabilities": same.predict_proba(scaled[n:]).tolist(),
        }
    )
)
