package io.centroid.cli;

import org.nd4j.linalg.factory.Nd4j;

/** Computes a matrix product with ND4J, in a separate process from the job jar. */
final class NativeProbe {
  private NativeProbe() {}

  public static void main(String[] args) {
    System.out.println(Nd4j.ones(2, 3).mmul(Nd4j.ones(3, 4)).sumNumber().intValue());
  }
}
