"""PyTorch's side of `centroid bench averaging`.

Reads one configuration per line on standard input, writes one run per line on standard output.

The argument is the settings as JSON. Network and optimizer (plain SGD) are those of Centroid; pixels stay bytes and are scaled per batch.
`pytorch` and `pytorch-1-thread` are one process; `pytorch-ddp` averages gradients with gloo after every step, one process per worker.
"""

import gzip
import json
import os
import resource
import socket
import struct
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn

WARM_UP_STEPS = 20


def read_idx(folder, name):
    for path, opener in ((os.path.join(folder, name), open), (os.path.join(folder, name + ".gz"), gzip.open)):
        if os.path.exists(path):
            with opener(path, "rb") as file:
                magic, count = struct.unpack(">II", file.read(8))
                if magic == 0x803:
                    rows, columns = struct.unpack(">II", file.read(8))
                    return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).view(count, rows * columns)
                return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()
    raise FileNotFoundError(os.path.join(folder, name) + "[.gz]")


def load(settings):
    if settings["data"]:
        return read_idx(settings["data"], "train-images-idx3-ubyte"), read_idx(settings["data"], "train-labels-idx1-ubyte")
    generator = torch.Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (settings["examples"], 784), dtype=torch.uint8, generator=generator)
    return pixels, torch.randint(0, 10, (settings["examples"],), generator=generator)


class Training:
    """A network and an endless iterator over the batches of its examples."""

    def __init__(self, images, labels, hidden, settings, wrap=lambda network: network):
        torch.manual_seed(1)
        plain = nn.Sequential(nn.Linear(images.shape[1], hidden), nn.ReLU(), nn.Linear(hidden, int(labels.max()) + 1))
        self.parameters = sum(parameter.numel() for parameter in plain.parameters())
        self.network = wrap(plain)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=settings["learningRate"])
        self.loss = nn.CrossEntropyLoss()
        self.batch = settings["batchSize"]
        order = torch.randperm(len(images))
        self.images, self.labels = images[order], labels[order]
        self.at = 0

    def steps(self, count):
        for _ in range(count):
            if self.at + self.batch > len(self.images):
                self.at = 0
            images = self.images[self.at : self.at + self.batch].float().div_(255)
            self.optimizer.zero_grad()
            self.loss(self.network(images), self.labels[self.at : self.at + self.batch]).backward()
            self.optimizer.step()
            self.at += self.batch

    def timed(self, count):
        started = time.perf_counter_ns()
        self.steps(count)
        return time.perf_counter_ns() - started

    def steps_per_run(self, settings):
        self.steps(WARM_UP_STEPS)
        return settings["rounds"] or max(1, round(settings["seconds"] * 1e9 * WARM_UP_STEPS / self.timed(WARM_UP_STEPS)))


def run_result(examples, nanos, parameters, steps, resident):
    return {
        "examples": examples,
        "nanos": nanos,
        "parameters": parameters,
        "rounds": steps,
        "steps": 1,
        "roundMillis": nanos / 1e6 / steps,
        "partMillis": {},
        "bytesUp": None,
        "bytesDown": None,
        "memory": {"heap": 0, "native": 0, "resident": resident},
    }


def resident_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def one_process(data, cell, settings, threads):
    torch.set_num_threads(threads)
    training = Training(*data, cell["hidden"], settings)
    steps = training.steps_per_run(settings)
    nanos = training.timed(steps)
    return run_result(steps * training.batch, nanos, training.parameters, steps, resident_bytes())


def ddp_rank(rank, port, data, cell, settings, results):
    workers = cell["workers"]
    torch.set_num_threads(1)
    address = f"tcp://127.0.0.1:{port}"
    dist.init_process_group("gloo", init_method=address, rank=rank, world_size=workers)
    images, labels = data
    training = Training(
        images[rank::workers], labels[rank::workers], cell["hidden"], settings, nn.parallel.DistributedDataParallel
    )
    steps = torch.tensor([training.steps_per_run(settings)])
    dist.broadcast(steps, 0)
    dist.barrier()
    started = time.perf_counter_ns()
    training.steps(int(steps))
    dist.barrier()
    nanos = time.perf_counter_ns() - started
    results.put((rank, int(steps) * training.batch, nanos, int(steps), training.parameters, resident_bytes()))
    dist.destroy_process_group()


def ddp(data, cell, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = mp.get_context("spawn")
    results = context.SimpleQueue()
    processes = mp.spawn(ddp_rank, (port, data, cell, settings, results), nprocs=cell["workers"], join=False)
    ranks = []
    while len(ranks) < cell["workers"]:
        if not results.empty():
            ranks.append(results.get())
        elif processes.join(timeout=0.05) and results.empty():
            raise RuntimeError("a process ended without a result")
    while not processes.join():
        pass
    first = min(ranks)
    return run_result(sum(r[1] for r in ranks), max(r[2] for r in ranks), first[4], first[3], sum(r[5] for r in ranks))


def run(data, configuration, settings):
    cell = configuration["cell"]
    if configuration["system"] == "PYTORCH_DDP":
        return ddp(data, cell, settings)
    threads = 1 if configuration["system"] == "PYTORCH_ONE_THREAD" else len(os.sched_getaffinity(0))
    return one_process(data, cell, settings, threads)


def main():
    settings = json.loads(sys.argv[1])
    # Standard output is for replies only.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    data = load(settings)
    for tensor in data:
        tensor.share_memory_()
    for line in sys.stdin:
        try:
            reply = run(data, json.loads(line), settings)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
