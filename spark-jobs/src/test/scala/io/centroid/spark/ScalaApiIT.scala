package io.centroid.spark

import java.nio.file.Path

import io.centroid.Dataset
import io.centroid.example.{JavaExamples, ScalaExamples}
import org.apache.spark.SparkConf
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The API from Scala: on threads, and on executors that are processes of their own. */
class ScalaApiIT {
  private val digits = Dataset.digits(2000, 500)

  @Test
  def examplesRunOnThreads(@TempDir folder: Path): Unit = run(folder, "local[2]", 0)

  @Test
  def examplesRunOnExecutors(@TempDir folder: Path): Unit =
    run(folder, "local-cluster[2,1,1024]", 2)

  private def run(folder: Path, master: String, executors: Int): Unit = {
    val conf = new SparkConf().setMaster(master).setAppName("ScalaApiIT")
    val cluster = LocalCluster.start(folder.resolve("home"), conf)
    try {
      cluster.awaitExecutors(executors)
      val sc = cluster.spark.sc
      val run = folder.resolve("run").toString
      val sha256 = ScalaExamples.train(sc, digits, run)
      assertThat(sha256).hasSize(64)
      assertThat(ScalaExamples.load(run, new Array[Float](784))).isBetween(0, 9)
      val rows = Array.tabulate(200)(i => Array(i % 2 * 2f - 1 + i / 1000f, i / 200f))
      assertThat(ScalaExamples.trainRows(sc, rows, Array.tabulate(200)(_ % 2))).isEqualTo(1.0)
      assertThat(sc.isStopped).isFalse
    } finally cluster.close()
  }
}
