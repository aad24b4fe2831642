package io.centroid.example

import io.centroid.{Dataset, Model, Networks, Optimizers, Trainer}
import io.centroid.spark.SparkCluster
import org.apache.spark.SparkContext

/** The Scala examples of docs/api.md. */
object ScalaExamples {

  def train(sc: SparkContext, digits: Dataset, run: String): String = {
    val model = Trainer.of(Networks.mlp(784, 128, 10))
      .optimizer(Optimizers.adamW(1e-3))
      .workers(4)
      .localSteps(10)
      .epochs(3)
      .on(SparkCluster.of(sc))
      .checkpointTo(run)
      .train(digits)
    try {
      println(s"accuracy ${model.evaluate(digits).accuracy}")
      model.result.get.parametersSha256
    } finally model.close()
  }

  def trainRows(sc: SparkContext, rows: Array[Array[Float]], classes: Array[Int]): Double = {
    val data = Dataset.of(rows, classes)
    val model = Trainer.of(Networks.mlp(rows(0).length, 16, classes.max + 1))
      .optimizer(Optimizers.adamW(0.01))
      .batchSize(16)
      .localSteps(5)
      .epochs(20)
      .on(SparkCluster.of(sc))
      .train(data)
    try model.evaluate(data).accuracy finally model.close()
  }

  def load(run: String, image: Array[Float]): Int = {
    val model = Model.load(run)
    try model.predict(image: _*).label finally model.close()
  }
}
