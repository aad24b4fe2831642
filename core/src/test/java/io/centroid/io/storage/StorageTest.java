package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageTest {
  @TempDir private Path folder;

  /** HDFS reports a file that another client still writes by an error of its own. */
  @Test
  void aFileThatAnotherProcessWritesExists() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.writing.impl", WritingFileSystem.class.getName());
    var file = new org.apache.hadoop.fs.Path("writing://" + folder + "/lease");
    Storage storage = Storage.of(file, configuration);
    for (IOException reported :
        new IOException[] {
          new RemoteException(AlreadyBeingCreatedException.class.getName(), "by DFSClient_1"),
          new AlreadyBeingCreatedException("by DFSClient_1")
        }) {
      WritingFileSystem.reported = reported;
      assertThatThrownBy(() -> storage.createNew(file, new byte[1]))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasCause(reported);
      assertThatThrownBy(() -> storage.write(file, out -> {}))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    WritingFileSystem.reported = new RemoteException("a.B", "another error");
    assertThatThrownBy(() -> storage.createNew(file, new byte[1]))
        .isSameAs(WritingFileSystem.reported);
  }

  /** A local file system lists a folder after it has found it, and fails if it is gone by then. */
  @Test
  void aFolderThatIsRemovedWhileItIsListedIsEmpty() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("fs.removing.impl", RemovingFileSystem.class.getName());
    var removed = new org.apache.hadoop.fs.Path("removing:///folder/removed");
    Storage storage = Storage.of(removed, configuration);
    assertThat(storage.list(removed)).isEmpty();
    var kept = new org.apache.hadoop.fs.Path("removing:///folder/kept");
    assertThatThrownBy(() -> storage.list(kept)).isInstanceOf(IOException.class);
  }

  /** A file system that cannot list folders, and of which those called "removed" are gone. */
  public static final class RemovingFileSystem extends FilterFileSystem {
    public RemovingFileSystem() {
      super(new RawLocalFileSystem());
    }

    @Override
    public String getScheme() {
      return "removing";
    }

    @Override
    public URI getUri() {
      return URI.create("removing:///");
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      if (path.getName().equals("removed")) {
        throw new FileNotFoundException(path.toString());
      }
      return new FileStatus(0, true, 1, 1, 0, path);
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      throw new IOException("Invalid directory or I/O error occurred for dir: " + path);
    }
  }

  /** A file system in which every file is being written. */
  public static final class WritingFileSystem extends FilterFileSystem {
    private static IOException reported = new IOException();

    public WritingFileSystem() {
      super(new RawLocalFileSystem());
    }

    @Override
    public String getScheme() {
      return "writing";
    }

    @Override
    public URI getUri() {
      return URI.create("writing:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      throw reported;
    }
  }
}
