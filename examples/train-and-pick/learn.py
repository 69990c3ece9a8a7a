"""Learns which side of a curved line a point lies on. Nothing but Python's own library.

learn.py prepare SEED ROWS FOLDER            train.csv and test.csv
learn.py train FOLDER RATE EPOCHS MODEL      a small neural network
learn.py evaluate FOLDER MODEL               how many of test.csv it gets right
"""

import csv
import json
import math
import random
import sys

HIDDEN = 8


def prepare(seed, rows, folder):
    rng = random.Random(int(seed))
    for name, count in (("train", int(rows)), ("test", int(rows) // 4)):
        with open(f"{folder}/{name}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            for _ in range(count):
                x, y = rng.uniform(-1, 1), rng.uniform(-1, 1)
                writer.writerow([f"{x:.4f}", f"{y:.4f}", int(y > math.sin(3 * x) / 2)])


def read(path):
    with open(path, newline="") as file:
        return [((float(x), float(y)), int(side)) for x, y, side in csv.reader(file)]


def forward(model, point):
    hidden = [math.tanh(a * point[0] + b * point[1] + c) for a, b, c in model["hidden"]]
    total = sum(w * h for w, h in zip(model["out"], hidden)) + model["bias"]
    return hidden, 1 / (1 + math.exp(-max(-60, min(60, total))))


def train(folder, rate, epochs, target):
    rng = random.Random(1)
    rows, rate = read(f"{folder}/train.csv"), float(rate)
    model = {
        "hidden": [[rng.uniform(-1, 1) for _ in range(3)] for _ in range(HIDDEN)],
        "out": [rng.uniform(-1, 1) for _ in range(HIDDEN)],
        "bias": 0.0,
    }
    for _ in range(int(epochs)):
        for point, side in rows:
            hidden, guess = forward(model, point)
            error = guess - side
            for unit, weights in enumerate(model["hidden"]):
                slope = error * model["out"][unit] * (1 - hidden[unit] ** 2)
                model["out"][unit] -= rate * error * hidden[unit]
                weights[0] -= rate * slope * point[0]
                weights[1] -= rate * slope * point[1]
                weights[2] -= rate * slope
            model["bias"] -= rate * error
    with open(target, "w") as file:
        json.dump(model, file)


def evaluate(folder, path):
    with open(path) as file:
        model = json.load(file)
    rows = read(f"{folder}/test.csv")
    right = sum((forward(model, point)[1] > 0.5) == bool(side) for point, side in rows)
    print(f"{right / len(rows):.4f}", end="")


if __name__ == "__main__":
    {"prepare": prepare, "train": train, "evaluate": evaluate}[sys.argv[1]](*sys.argv[2:])
