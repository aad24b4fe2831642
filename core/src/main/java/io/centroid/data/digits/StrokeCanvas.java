package io.centroid.data.digits;

import java.util.Arrays;

/**
 * A grayscale canvas for strokes of a round pen. A pixel's value depends on its distance to the
 * nearest line, which anti-aliases the edges. Not thread-safe.
 */
final class StrokeCanvas {
  private final int side;
  private final float[] ink;

  StrokeCanvas(int side) {
    this.side = side;
    this.ink = new float[side * side];
  }

  void clear() {
    Arrays.fill(ink, 0);
  }

  /** Ink of each pixel, 0 to 1, row-major. */
  float[] ink() {
    return ink;
  }

  /**
   * Draws a straight line; overlapping strokes keep the darker value.
   *
   * @param radius half the pen's width in pixels
   * @param soft width of the fading edge in pixels
   * @param strength ink at the center of the line, 0 to 1
   */
  void line(float x0, float y0, float x1, float y1, float radius, float soft, float strength) {
    float reach = radius + soft;
    int left = Math.max(0, (int) Math.ceil(Math.min(x0, x1) - reach));
    int right = Math.min(side - 1, (int) Math.floor(Math.max(x0, x1) + reach));
    int top = Math.max(0, (int) Math.ceil(Math.min(y0, y1) - reach));
    int bottom = Math.min(side - 1, (int) Math.floor(Math.max(y0, y1) + reach));
    float dx = x1 - x0;
    float dy = y1 - y0;
    float perLength = 1 / Math.max(1e-6f, dx * dx + dy * dy);
    float perSoft = 1 / soft;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        float along = ((x - x0) * dx + (y - y0) * dy) * perLength;
        float nearest = Math.max(0, Math.min(1, along));
        float offX = x - x0 - nearest * dx;
        float offY = y - y0 - nearest * dy;
        float squared = offX * offX + offY * offY;
        if (squared < reach * reach) {
          float fade = Math.min(1, (reach - (float) Math.sqrt(squared)) * perSoft);
          int at = y * side + x;
          ink[at] = Math.max(ink[at], fade * strength);
        }
      }
    }
  }

  /** Erases a square. */
  void wipe(int left, int top, int size) {
    for (int y = Math.max(0, top); y < Math.min(side, top + size); y++) {
      for (int x = Math.max(0, left); x < Math.min(side, left + size); x++) {
        ink[y * side + x] = 0;
      }
    }
  }
}
