package io.centroid.serve.layout;

import io.centroid.export.ExportDescription;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The folder layouts of other inference servers. */
public enum Layout {
  /** A model repository for NVIDIA Triton: numbered versions and a {@code config.pbtxt}. */
  TRITON {
    @Override
    String modelFolder(PackageRequest request) {
      return request.name() + "/" + request.version();
    }

    @Override
    Map<String, String> texts(PackageRequest request, ExportDescription export) {
      return TritonFiles.of(request, export, request.name() + "/");
    }
  },
  /** A Triton model repository for KServe, with InferenceService and model metadata. */
  KSERVE {
    @Override
    String modelFolder(PackageRequest request) {
      return "models/" + request.name() + "/" + request.version();
    }

    @Override
    Map<String, String> texts(PackageRequest request, ExportDescription export) {
      Map<String, String> texts =
          new TreeMap<>(TritonFiles.of(request, export, "models/" + request.name() + "/"));
      texts.put("inferenceservice.yaml", KserveFiles.manifest(request));
      texts.put("metadata.json", KserveFiles.metadata(request, export));
      return texts;
    }
  },
  /** A model folder for DJL Serving with {@code serving.properties}. */
  DJL {
    @Override
    String modelFolder(PackageRequest request) {
      return request.name();
    }

    @Override
    Map<String, String> texts(PackageRequest request, ExportDescription export) {
      return DjlFiles.of(request, export);
    }
  };

  /** The folder of the export's files, relative to the layout's folder. */
  abstract String modelFolder(PackageRequest request);

  /** The configuration files to write, by path relative to the layout's folder. */
  abstract Map<String, String> texts(PackageRequest request, ExportDescription export);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
