package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.image.Png;
import io.centroid.io.HadoopFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddedImagesTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  @TempDir Path run;

  @Test
  void tensorBoardReadsTheImages() throws Exception {
    Files.createDirectory(run.resolve("tensorboard"));
    byte[] png = Png.encode(1, 2, 3, new byte[6]);
    assertThat(add(Map.of("explanations/example-00000", png))).isTrue();
    assertThat(add(Map.of("explanations/example-00001", png))).isTrue();
    assertThat(run.resolve("tensorboard").toFile().list()).hasSize(2);
    ReadEvents events = ReadEvents.of(run.resolve("tensorboard"));
    for (String tag : new String[] {"explanations/example-00000", "explanations/example-00001"}) {
      assertThat(events.plugin(tag)).isEqualTo("images");
      assertThat(events.steps(tag)).containsExactly(700L);
    }
  }

  @Test
  void aRunWithoutEventFilesGetsNone() throws Exception {
    assertThat(add(Map.of("explanations/a", Png.encode(1, 1, 1, new byte[1])))).isFalse();
    assertThat(run).isEmptyDirectory();
  }

  private boolean add(Map<String, byte[]> pngs) throws Exception {
    return TensorBoard.addImages(FILES, new org.apache.hadoop.fs.Path(run.toString()), 700, pngs);
  }
}
