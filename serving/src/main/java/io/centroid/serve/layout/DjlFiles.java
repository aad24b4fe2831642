package io.centroid.serve.layout;

import io.centroid.export.ExportDescription;
import io.centroid.export.Task;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model configuration of DJL Serving: raw tensors (NPY or NDList) on ONNX Runtime.
 *
 * @see <a
 *     href="https://docs.djl.ai/master/docs/serving/serving/docs/modes.html">serving.properties</a>
 */
final class DjlFiles {
  private DjlFiles() {}

  static Map<String, String> of(PackageRequest request, ExportDescription export) {
    Map<String, String> texts = new TreeMap<>();
    boolean batches = export.task() != Task.LANGUAGE;
    // At least 1 ms, since 0 disables batching.
    long delay = Math.max(1, Math.round(request.delayMicros() / 1000.0));
    texts.put(
        request.name() + "/serving.properties",
        """
        engine=OnnxRuntime
        option.modelName=model
        option.translatorFactory=ai.djl.translate.NoopServingTranslatorFactory
        option.interOpNumThreads=1
        option.intraOpNumThreads=1
        batch_size=%s
        max_batch_delay=%s
        max_idle_time=60
        job_queue_size=1000
        minWorkers=1
        maxWorkers=2
        """
            .formatted(batches ? request.maxBatch() : 1, delay));
    if (!export.labels().isEmpty()) {
      texts.put(request.name() + "/synset.txt", TritonFiles.labels(export));
    }
    return texts;
  }
}
