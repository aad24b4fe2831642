package io.centroid.serve.layout;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.export.ExportDescription;
import io.centroid.export.ExportDescription.Port;
import java.util.List;

/**
 * KServe's InferenceService and the model metadata of the Open Inference Protocol.
 *
 * @see <a href="https://kserve.github.io/website/">KServe</a>
 */
final class KserveFiles {
  private KserveFiles() {}

  static String manifest(PackageRequest request) {
    return """
    # kubectl apply -f inferenceservice.yaml
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %s
    spec:
      predictor:
        minReplicas: 1
        maxReplicas: 4
        scaleTarget: 8
        scaleMetric: concurrency
        model:
          modelFormat:
            name: onnx
            version: "1"
          runtime: kserve-tritonserver
          protocolVersion: v2
          storageUri: "%s/models"
          resources:
            requests:
              cpu: "1"
              memory: 1Gi
            limits:
              cpu: "2"
              memory: 2Gi
    """
        .formatted(request.name(), request.storage().replaceAll("/+$", ""));
  }

  static String metadata(PackageRequest request, ExportDescription export) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", request.name());
    node.putArray("versions").add(String.valueOf(request.version()));
    node.put("platform", "onnxruntime_onnx");
    ports(node.putArray("inputs"), export.inputs());
    ports(node.putArray("outputs"), export.outputs());
    return node.toPrettyString() + "\n";
  }

  private static void ports(ArrayNode array, List<Port> ports) {
    for (Port port : ports) {
      ObjectNode node = array.addObject();
      node.put("name", port.name());
      node.put("datatype", port.type().equals("int64") ? "INT64" : "FP32");
      ArrayNode shape = node.putArray("shape");
      port.shape().forEach(size -> shape.add(size.matches("[0-9]+") ? Long.parseLong(size) : -1));
    }
  }
}
