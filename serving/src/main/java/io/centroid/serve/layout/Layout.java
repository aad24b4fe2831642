package io.centroid.serve.layout;

import io.centroid.export.ExportDescription;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The servers that exports are laid out for. */
public enum Layout {
  /** A model repository of NVIDIA Triton: numbered versions and a {@code config.pbtxt}. */
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
  /** Triton's repository for KServe, with the InferenceService and the protocol's metadata. */
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
  /** A model folder of DJL Serving with its {@code serving.properties}. */
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

  /** Where the export's own files go. */
  abstract String modelFolder(PackageRequest request);

  /** The files to write, by their place below the layout's folder. */
  abstract Map<String, String> texts(PackageRequest request, ExportDescription export);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
