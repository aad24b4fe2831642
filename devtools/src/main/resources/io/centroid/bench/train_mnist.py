"""Trains a 784-128-10 network on MNIST for 10 epochs: python train_mnist.py FOLDER"""

import gzip
import os
import sys

import torch
from torch import nn


def read(name, header):
    path = os.path.join(sys.argv[1], name)
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8, offset=header)


def load(part):
    images = read(f"{part}-images-idx3-ubyte", 16).view(-1, 784).float() / 255
    return images, read(f"{part}-labels-idx1-ubyte", 8).long()


torch.manual_seed(1)
images, labels = load("train")
model = nn.Sequential(nn.Linear(784, 128), nn.GELU(approximate="tanh"), nn.Linear(128, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9, nesterov=True)
loss = nn.CrossEntropyLoss()
for epoch in range(10):
    for batch in torch.randperm(len(images)).split(64):
        optimizer.zero_grad()
        loss(model(images[batch]), labels[batch]).backward()
        optimizer.step()
images, labels = load("t10k")
with torch.no_grad():
    print(f"test accuracy {(model(images).argmax(1) == labels).float().mean():.4f}")
