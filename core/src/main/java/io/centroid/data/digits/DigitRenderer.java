package io.centroid.data.digits;

import io.centroid.data.Split;

/**
 * A generator of one synthetic handwritten digit: a variant of its strokes, bent, slanted, jittered
 * and placed at random, with a pen of random width. Sometimes a part is missing or a stray stroke
 * crosses it. The result depends only on (seed, split, record) and is bitwise identical on any
 * machine, hence {@link StrictMath}. Not thread-safe.
 */
final class DigitRenderer {
  static final int SIDE = 28;
  private static final int STEPS = 4;
  private static final float CENTER = (SIDE - 1) / 2f;

  private final DigitRandom random = new DigitRandom();
  private final StrokeCanvas canvas = new StrokeCanvas(SIDE);
  private final float[] x = new float[32];
  private final float[] y = new float[32];

  // The map from glyph coordinates to pixels: an affine map and a sine wave.
  private float xx;
  private float xy;
  private float yx;
  private float yy;
  private float shiftX;
  private float shiftY;
  private float bendX;
  private float bendY;
  private float phaseX;
  private float phaseY;
  private float radius;
  private float soft;
  private float strength;

  /** Renders a record's digit into {@code pixels}; returns its class. */
  int render(long seed, Split split, long record, byte[] pixels) {
    random.start(seed, split, record);
    int digit = random.below(10);
    canvas.clear();
    choosePlace();
    choosePen();
    for (DigitGlyphs.Stroke stroke :
        DigitGlyphs.strokes(digit, random.below(DigitGlyphs.variants(digit)))) {
      place(stroke);
      curve(stroke.points());
    }
    disturb();
    develop(pixels);
    return digit;
  }

  private void choosePlace() {
    float height = random.between(15.5f, 22.5f);
    float width = height * random.between(0.62f, 1.02f);
    float angle = random.around(0.42f);
    float slant = 0.12f + random.around(0.38f);
    float cos = (float) StrictMath.cos(angle);
    float sin = (float) StrictMath.sin(angle);
    xx = cos * width;
    xy = -(cos * slant + sin) * height;
    yx = sin * width;
    yy = (cos - sin * slant) * height;
    shiftX = CENTER + random.around(3.2f);
    shiftY = CENTER + random.around(2.6f);
    bendX = random.around(0.10f);
    bendY = random.around(0.08f);
    phaseX = random.between(0, 6.2832f);
    phaseY = random.between(0, 6.2832f);
  }

  private void choosePen() {
    radius = random.between(0.45f, 1.7f);
    soft = random.between(0.8f, 1.3f);
    strength = random.between(0.7f, 1);
  }

  private void place(DigitGlyphs.Stroke stroke) {
    float shakeX = 0;
    float shakeY = 0;
    for (int i = 0; i < stroke.points(); i++) {
      float fromX = stroke.x()[i];
      float fromY = stroke.y()[i];
      boolean again = i > 0 && fromX == stroke.x()[i - 1] && fromY == stroke.y()[i - 1];
      if (!again) {
        shakeX = random.around(0.055f);
        shakeY = random.around(0.055f);
      }
      float bentX = fromX + shakeX + bendX * (float) StrictMath.sin(4 * fromY + phaseX);
      float bentY = fromY + shakeY + bendY * (float) StrictMath.sin(4 * fromX + phaseY);
      x[i] = shiftX + xx * bentX + xy * bentY;
      y[i] = shiftY + yx * bentX + yy * bentY;
    }
  }

  /** Draws a Catmull-Rom spline through the placed points. */
  private void curve(int points) {
    for (int i = 0; i + 1 < points; i++) {
      int before = Math.max(0, i - 1);
      int after = Math.min(points - 1, i + 2);
      float lastX = x[i];
      float lastY = y[i];
      if (lastX == x[i + 1] && lastY == y[i + 1]) {
        continue;
      }
      for (int step = 1; step <= STEPS; step++) {
        float t = step / (float) STEPS;
        float nextX = between(x[before], x[i], x[i + 1], x[after], t);
        float nextY = between(y[before], y[i], y[i + 1], y[after], t);
        canvas.line(lastX, lastY, nextX, nextY, radius, soft, strength);
        lastX = nextX;
        lastY = nextY;
      }
    }
  }

  private static float between(float a, float b, float c, float d, float t) {
    float linear = c - a;
    float square = 2 * a - 5 * b + 4 * c - d;
    float cube = 3 * (b - c) + d - a;
    return b + 0.5f * t * (linear + t * (square + t * cube));
  }

  /** Occasionally erases a part or adds a stray stroke. */
  private void disturb() {
    if (random.chance(0.12)) {
      canvas.wipe(random.below(SIDE - 8) + 2, random.below(SIDE - 8) + 2, 3 + random.below(3));
    }
    if (random.chance(0.25)) {
      float startX = random.between(0, SIDE);
      float startY = random.chance(0.5) ? random.between(0, 4) : random.between(SIDE - 4, SIDE);
      float endX = startX + random.around(9);
      float endY = startY + random.around(7);
      canvas.line(startX, startY, endX, endY, radius, soft, strength * 0.9f);
    }
  }

  /** Converts ink to bytes, with grain where there is ink and a few specks elsewhere. */
  private void develop(byte[] pixels) {
    float[] ink = canvas.ink();
    for (int i = 0; i < ink.length; i += 8) {
      long bits = random.bits();
      for (int j = i; j < i + 8; j++) {
        int grain = (int) (bits & 0xFF);
        bits >>>= 8;
        float gray = ink[j] * (255 - grain * 0.22f);
        if (grain == 255) {
          gray = Math.max(gray, 60 + (bits & 0x3F));
        }
        pixels[j] = (byte) (int) (gray + 0.5f);
      }
    }
  }
}
