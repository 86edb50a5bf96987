"""Writes values.json: five steps of PyTorch's optimisers down x'Cx/2 - sum cos x, in float64. Run with PyTorch 1.13 or later."""
import json
import pathlib

import torch

START, CURVATURE, STEPS = [1, -2, 3, 0.5], [2, 0.5, 1, 4], 5
RUNS = {
    "adam": ({"kind": "adam", "lr": 0.05}, torch.optim.Adam, {}),
    "adam, decay": ({"kind": "adam", "lr": 0.05, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3, "weightDecay": 0.1}, torch.optim.Adam,
                    {"betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    "adamw": ({"kind": "adamw", "lr": 0.05, "weightDecay": 0.2}, torch.optim.AdamW, {"weight_decay": 0.2}),
    "adamax": ({"kind": "adamax", "lr": 0.05}, torch.optim.Adamax, {}),
    "adamax, decay": ({"kind": "adamax", "lr": 0.05, "beta2": 0.9, "weightDecay": 0.1}, torch.optim.Adamax, {"betas": (0.9, 0.9), "weight_decay": 0.1}),
    "rmsprop": ({"kind": "rmsprop", "lr": 0.05}, torch.optim.RMSprop, {}),
    "rmsprop, momentum and decay": ({"kind": "rmsprop", "lr": 0.05, "alpha": 0.8, "momentum": 0.5, "weightDecay": 0.1}, torch.optim.RMSprop,
                                    {"alpha": 0.8, "momentum": 0.5, "weight_decay": 0.1}),
    "sgd": ({"kind": "sgd", "lr": 0.05}, torch.optim.SGD, {}),
    "sgd, momentum and decay": ({"kind": "sgd", "lr": 0.05, "momentum": 0.9, "weightDecay": 0.1}, torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.1}),
    "sgd, nesterov": ({"kind": "sgd", "lr": 0.05, "momentum": 0.9, "nesterov": True}, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
}


def run(optimizer, options):
    x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    curvature = torch.tensor(CURVATURE, dtype=torch.float64)
    step = optimizer([x], lr=0.05, **options)
    for _ in range(STEPS):
        step.zero_grad()
        (0.5 * (curvature * x * x).sum() - x.cos().sum()).backward()
        step.step()
    return x.tolist()


values = {name: {"config": config, "parameters": run(optimizer, options)} for name, (config, optimizer, options) in RUNS.items()}
path = pathlib.Path(__file__).with_name("values.json")
path.write_text(json.dumps({"torch": torch.__version__, "runs": values}, indent=2) + "\n")
