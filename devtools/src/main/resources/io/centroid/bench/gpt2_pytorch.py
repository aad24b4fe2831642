"""PyTorch's side of `centroid bench gpt2`.

Reads one case per line on standard input, writes one line of median milliseconds on standard output.

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
        x = self.tokens(ids) + self.positions(torch.arange(start, start + ids.shape[1]))
        for number, block in enumerate(self.blocks):
            x = block(x, None if caches is None else caches[number])
        return self.norm(x)

    def loss(self, ids, targets):
        scores = self.states(ids) @ self.tokens.weight.t()
        return F.cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def optimizer(model):
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))


class Step:
    def __init__(self, case):
        torch.manual_seed(1)
        self.model = Gpt2(case)
        self.optimizer = optimizer(self.model)
        shape = (case["batch"], case["block"] + 1)
        self.ids = torch.randint(0, case["vocabulary"], shape)

    def run(self, case):
        millis = []
        for _ in range(case["count"]):
            start = time.perf_counter()
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.model.loss(self.ids[:, :-1], self.ids[:, 1:])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
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


def main():
    current = None
    for line in sys.stdin:
        case = json.loads(line)
        try:
            torch.set_num_threads(case["threads"])
            if current is None or current[0] != case:
                current = None
                current = (case, Step(case) if case["kind"] == "STEP" else Decode(case))
            answer = current[1].run(case)
        except Exception as failure:
            answer = {"error": repr(failure)}
        print(json.dumps(answer), flush=True)


main()
