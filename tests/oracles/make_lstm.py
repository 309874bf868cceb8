"""Literals of PyTorch 2.13 for tests/training: outputs, and the losses of ten Adam steps.

    python3 -m venv /tmp/torch && /tmp/torch/bin/pip install torch==2.13.0 numpy
    /tmp/torch/bin/python tests/oracles/make_lstm.py > tests/oracles/lstm.json

Weights and inputs follow from integers, so that both languages build the very same single-precision numbers.
"""

import json

import torch

FEATURES, HIDDEN, LAYERS, BATCH, TIME, STEPS = 11, 16, 3, 8, 24, 10


def numbers(count, shift, scale):
    return torch.tensor([((k * 7919 + shift) % 2001 - 1000) / scale for k in range(count)], dtype=torch.float32)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(FEATURES, HIDDEN, LAYERS, batch_first=True)
        self.fc1 = torch.nn.Linear(HIDDEN, HIDDEN // 2)
        self.fc2 = torch.nn.Linear(HIDDEN // 2, 1)

    def forward(self, x):
        steps, _ = self.lstm(x)
        return self.fc2(torch.relu(self.fc1(steps[:, -1])))


def order(name):
    """Storage order of ours: LSTM weights by layer, LSTM biases by layer, head."""
    kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    if not name.startswith("lstm."):
        return (2, ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"].index(name), 0)
    kind, layer = name[5:].rsplit("_l", 1)
    return (kinds.index(kind) // 2, int(layer), kinds.index(kind))


def main():
    torch.set_num_threads(1)
    network = Network()
    parameters = [p for _, p in sorted(network.named_parameters(), key=lambda pair: order(pair[0]))]
    values = numbers(sum(p.numel() for p in parameters), 17, 3000)
    offset = 0
    for parameter in parameters:
        parameter.data.copy_(values[offset : offset + parameter.numel()].view_as(parameter))
        offset += parameter.numel()

    def batch(step):
        x = numbers(BATCH * TIME * FEATURES, 31 * step + 5, 700).view(BATCH, TIME, FEATURES)
        return x, numbers(BATCH, 101 * step + 3, 500)

    with torch.no_grad():
        outputs = network(batch(0)[0]).squeeze(1)
    adam = torch.optim.Adam(network.parameters(), lr=1e-2, weight_decay=1e-5)
    losses, norms = [], []
    for step in range(STEPS):
        x, y = batch(step)
        loss = torch.nn.functional.mse_loss(network(x).squeeze(1), y)
        adam.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0).item())
        adam.step()
        losses.append(loss.item())
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, factor=0.5, patience=5)
    observed = [1.0, 0.9, 0.95, 0.93, 0.9, 0.91, 0.92, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0, 0.2, 0.3]
    rates = []
    for value in observed:
        schedule.step(value)
        rates.append(adam.param_groups[0]["lr"])
    shape = dict(features=FEATURES, hidden_size=HIDDEN, num_layers=LAYERS, batch=BATCH, time=TIME)
    print(json.dumps(dict(
        torch=torch.__version__, shape=shape, outputs=outputs.tolist(), losses=losses, norms=norms,
        plateau=dict(observed=observed, rates=rates),
    ), indent=1))


main()
