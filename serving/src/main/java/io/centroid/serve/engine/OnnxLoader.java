package io.centroid.serve.engine;

import io.centroid.error.InputException;
import io.centroid.export.EncryptedExport;
import io.centroid.export.ExportDescription;
import io.centroid.export.ExportFormat;
import io.centroid.export.Task;
import io.centroid.io.HadoopFiles;
import io.centroid.onnx.OnnxJar;
import io.centroid.onnx.OnnxLanguageModel;
import io.centroid.onnx.OnnxModel;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.bpe.PublishedGpt2;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Loads exports into ONNX Runtime.
 *
 * @param files file systems of the exports
 * @param threads number of threads per run
 */
public record OnnxLoader(HadoopFiles files, int threads) implements ModelLoader {

  @Override
  public ServedModel load(String name, ModelSource.Candidate candidate) {
    OnnxJar.require();
    Path folder = files.path(candidate.folder());
    ExportDescription export = ExportDescription.read(files, folder);
    if (export.format() != ExportFormat.ONNX) {
      throw new InputException(
          folder + " is an export to " + export.format() + ": serve supports onnx only");
    }
    export.requireFiles(files, folder);
    OnnxModel model = open(folder, export);
    try {
      List<String> columns = Objects.requireNonNullElse(export.columns(), List.of());
      OnnxServedModel served = new OnnxServedModel(model, name, candidate.version(), columns);
      if (export.task() != Task.LANGUAGE) {
        return served;
      }
      OnnxLanguageModel language = OnnxLanguageModel.of(model);
      return new OnnxTextModel(
          language,
          tokenizer(folder, export, language.vocabulary()),
          name,
          candidate.version(),
          served.description().properties());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Opens the model; an encrypted one is decrypted in memory only. */
  private OnnxModel open(Path folder, ExportDescription export) {
    Path file = new Path(folder, OnnxModel.FILE);
    return export.encryption() == null
        ? OnnxModel.open(files, file, threads)
        : OnnxModel.open(
            EncryptedExport.content(files, folder, export, OnnxModel.FILE),
            file.toString(),
            threads);
  }

  /** The tokenizer of the export, or the published GPT-2's if the vocabulary size matches. */
  private @Nullable Tokenizer tokenizer(Path folder, ExportDescription export, int vocabulary) {
    if (export.encryption() != null && TokenizerFiles.present(files, folder)) {
      Map<String, byte[]> contents = new TreeMap<>();
      for (String name : export.files().keySet()) {
        if (!name.equals(OnnxModel.FILE) && !name.equals(ExportDescription.CARD)) {
          contents.put(name, EncryptedExport.content(files, folder, export, name));
        }
      }
      return TokenizerFiles.of(contents, folder.toString());
    }
    if (TokenizerFiles.present(files, folder)) {
      return TokenizerFiles.read(files, folder);
    }
    Tokenizer published = PublishedGpt2.tokenizer();
    return published.vocabularySize() == vocabulary ? published : null;
  }
}
