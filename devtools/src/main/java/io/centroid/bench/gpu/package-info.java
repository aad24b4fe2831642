/** Benchmark of one GPU through the engine torch, in this JVM, against PyTorch. */
@NullMarked
package io.centroid.bench.gpu;

import org.jspecify.annotations.NullMarked;
