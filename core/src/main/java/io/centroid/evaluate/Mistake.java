package io.centroid.evaluate;

import java.io.Serializable;

/**
 * An image that a classifier got wrong.
 *
 * @param actual class of the example
 * @param predicted most probable class
 * @param probability probability of that class
 * @param pixels pixels of the image, channel by channel, row-major, 0 to 255
 */
public record Mistake(int actual, int predicted, float probability, byte[] pixels)
    implements Serializable {}
