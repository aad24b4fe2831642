"""PyTorch's side of `centroid bench gpt2` and `centroid bench gpu`.

Reads one case per line on standard input, writes one line of median milliseconds on standard output, or of the reason why there are none.
The fields device, precision, compile, learningRate and beta2 are those of `bench gpu`; with a device, AdamW is fused.

GPT-2 as in Hugging Face and nanoGPT: pre-LN blocks, tanh GELU, tied output layer, AdamW with weight decay on matrices only.
"""

import json
import math
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, heads, positions):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attention = nn.Linear(width, 3 * width)
        self.mixing = nn.Linear(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.hidden = nn.Linear(width, 4 * width)
        self.output = nn.Linear(4 * width, width)
        mask = torch.tril(torch.ones(positions, positions, dtype=torch.bool))
        self.register_buffer("mask", mask.view(1, 1, positions, positions))

    def attend(self, query, key, value, causal):
        if hasattr(F, "scaled_dot_product_attention"):
            return F.scaled_dot_product_attention(query, key, value, is_causal=causal)
        scores = (query @ key.transpose(-2, -1)) / math.sqrt(query.shape[-1])
        if causal:
            time_steps = query.shape[-2]
            scores = scores.masked_fill(~self.mask[:, :, :time_steps, :time_steps], float("-inf"))
        return scores.softmax(-1) @ value

    def forward(self, x, cache=None):
        rows, time_steps, width = x.shape
        parts = self.attention(self.ln_1(x)).split(width, dim=2)
        query, key, value = (p.view(rows, time_steps, self.heads, -1).transpose(1, 2) for p in parts)
        if cache is not None:
            if cache:
                key, value = torch.cat((cache[0], key), 2), torch.cat((cache[1], value), 2)
            cache[:] = [key, value]
        mixed = self.attend(query, key, value, causal=time_steps > 1)
        x = x + self.mixing(mixed.transpose(1, 2).reshape(rows, time_steps, width))
        return x + self.output(F.gelu(self.hidden(self.ln_2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self, case):
        super().__init__()
        width = case["width"]
        self.tokens = nn.Embedding(case["vocabulary"], width)
        self.positions = nn.Embedding(case["positions"], width)
        self.blocks = nn.ModuleList(Block(width, case["heads"], case["positions"]) for _ in range(case["layers"]))
        self.norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def states(self, ids, start=0, caches=None):
        x = self.tokens(ids) + self.positions(torch.arange(start, start + ids.shape[1], device=ids.device))
        for number, block in enumerate(self.blocks):
            x = block(x, None if caches is None else caches[number])
        return self.norm(x)

    def loss(self, ids, targets):
        scores = self.states(ids) @ self.tokens.weight.t()
        return F.cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def optimizer(model, case):
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    options = {"fused": True} if "device" in case else {}
    return torch.optim.AdamW(groups, lr=case.get("learningRate", 1e-3), betas=(0.9, case.get("beta2", 0.99)), **options)


def on_host(tensor, device):
    return tensor.pin_memory() if device.type == "cuda" else tensor


class Step:
    def __init__(self, case):
        torch.manual_seed(1)
        self.device = torch.device(case.get("device", "cpu"))
        self.bfloat16 = case.get("precision") == "bfloat16"
        self.model = Gpt2(case).to(self.device)
        self.optimizer = optimizer(self.model, case)
        self.loss = torch.compile(self.model.loss) if case.get("compile") else self.model.loss
        shape = (case["batch"], case["block"] + 1)
        self.ids = on_host(torch.randint(0, case["vocabulary"], shape), self.device)

    def run(self, case):
        millis = []
        for _ in range(case["count"]):
            start = time.perf_counter()
            self.optimizer.zero_grad(set_to_none=True)
            ids = self.ids.to(self.device, non_blocking=True)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
                loss = self.loss(ids[:, :-1], ids[:, 1:])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            loss.item()
            millis.append((time.perf_counter() - start) * 1e3)
        return {"step": statistics.median(millis)}


def dense():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def convolutions():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 12, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 24, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(24 * 4 * 4, 100),
        nn.ReLU(),
        nn.Linear(100, 10),
    )


class Mnist:
    """The step of 784-128-10, or of a convolutional network, with plain SGD. As in Centroid, each batch comes from the host."""

    def __init__(self, case):
        torch.manual_seed(1)
        self.device = torch.device(case["device"])
        self.model = (convolutions() if case["convolutional"] else dense()).to(self.device)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=case["learningRate"], fused=True)
        self.scores = torch.compile(self.model) if case.get("compile") else self.model
        self.images = on_host(torch.rand(case["batch"], 784), self.device)
        self.labels = on_host(torch.randint(0, 10, (case["batch"],)), self.device)

    def run(self, case):
        millis = []
        for _ in range(case["count"]):
            start = time.perf_counter()
            self.optimizer.zero_grad(set_to_none=True)
            images = self.images.to(self.device, non_blocking=True)
            labels = self.labels.to(self.device, non_blocking=True)
            loss = F.cross_entropy(self.scores(images), labels)
            loss.backward()
            self.optimizer.step()
            loss.item()
            millis.append((time.perf_counter() - start) * 1e3)
        return {"step": statistics.median(millis)}


class Decode:
    def __init__(self, case):
        torch.manual_seed(1)
        self.model = Gpt2(case).eval()
        self.prompt = torch.randint(0, case["vocabulary"], (case["batch"], case["block"]))

    @torch.inference_mode()
    def run(self, case):
        caches = [[] for _ in self.model.blocks]
        start = time.perf_counter()
        state = self.model.states(self.prompt, 0, caches)[:, -1:]
        token = (state @ self.model.tokens.weight.t()).argmax(-1)
        token.sum().item()
        prefill = (time.perf_counter() - start) * 1e3
        millis = []
        for number in range(case["count"] - 1):
            start = time.perf_counter()
            state = self.model.states(token, case["block"] + number, caches)
            token = (state @ self.model.tokens.weight.t()).argmax(-1)
            token.sum().item()
            millis.append((time.perf_counter() - start) * 1e3)
        return {"prefill": prefill, "token": statistics.median(millis)}


KINDS = {"STEP": Step, "MNIST": Mnist, "DECODE": Decode}


def reason(failure):
    """One line about a failure that leaves a case without a figure."""
    if isinstance(failure, torch.cuda.OutOfMemoryError):
        return "out of memory"
    return f"{type(failure).__name__}: {failure}".strip().splitlines()[0]


def main():
    current = None
    for line in sys.stdin:
        case = json.loads(line)
        try:
            torch.set_num_threads(case["threads"])
            if current is None or current[0] != case:
                current = None
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
                current = (case, KINDS[case["kind"]](case))
            answer = current[1].run(case)
        except Exception as failure:
            current = None
            answer = {"missing": reason(failure)} if "device" in case else {"error": repr(failure)}
        print(json.dumps(answer), flush=True)


main()
