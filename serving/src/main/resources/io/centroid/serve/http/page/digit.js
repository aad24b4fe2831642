'use strict';

/*
 * Preprocesses a drawn digit like MNIST: the bounding box is scaled to 20 of 28 pixels with its aspect ratio and
 * anti-aliased, then translated so that its center of mass is the center of the image.
 */
const Digit = {
  /** An image of `side` x `side` pixels, 0 to 255, from a canvas of `size` x `size`, 0 to 255; all 0 if it is empty. */
  pixels(ink, size, side) {
    const box = Digit.box(ink, size);
    const out = new Array(side * side).fill(0);
    if (!box) return out;
    const inner = Math.round(side * 20 / 28);
    const scale = Math.max(box.width, box.height) / inner;
    const width = Math.max(1, Math.round(box.width / scale));
    const height = Math.max(1, Math.round(box.height / scale));
    const small = new Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        small[y * width + x] = Digit.mean(ink, size,
          box.left + x * box.width / width, box.left + (x + 1) * box.width / width,
          box.top + y * box.height / height, box.top + (y + 1) * box.height / height);
      }
    }
    let mass = 0, massX = 0, massY = 0;
    small.forEach((value, i) => {
      mass += value;
      massX += value * (i % width + 0.5);
      massY += value * (Math.floor(i / width) + 0.5);
    });
    const left = Math.round(side / 2 - massX / mass);
    const top = Math.round(side / 2 - massY / mass);
    small.forEach((value, i) => {
      const x = left + i % width, y = top + Math.floor(i / width);
      if (x >= 0 && x < side && y >= 0 && y < side) out[y * side + x] = Math.round(value);
    });
    return out;
  },

  box(ink, size) {
    let left = size, right = -1, top = size, bottom = -1;
    for (let i = 0; i < ink.length; i++) {
      if (ink[i] < 16) continue;
      const x = i % size, y = Math.floor(i / size);
      left = Math.min(left, x); right = Math.max(right, x);
      top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
    return right < 0 ? null : {left, top, width: right - left + 1, height: bottom - top + 1};
  },

  /** The mean over a rectangle with fractional bounds. */
  mean(ink, size, x0, x1, y0, y1) {
    let sum = 0, area = 0;
    for (let y = Math.floor(y0); y < Math.min(size, Math.ceil(y1)); y++) {
      const h = Math.min(y + 1, y1) - Math.max(y, y0);
      for (let x = Math.floor(x0); x < Math.min(size, Math.ceil(x1)); x++) {
        const a = h * (Math.min(x + 1, x1) - Math.max(x, x0));
        sum += a * ink[y * size + x];
        area += a;
      }
    }
    return area > 0 ? sum / area : 0;
  },
};
