/**
 * Files read as they are or decompressed, with limits; decoded copies are shared by those who read
 * the same file.
 */
@NullMarked
package io.centroid.io.decoding;

import org.jspecify.annotations.NullMarked;
