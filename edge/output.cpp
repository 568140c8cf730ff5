#include "output.hpp"

#include "failure.hpp"
#include "pnm.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docbin::edge {

namespace {

[[noreturn]] void fail(const std::string& path, int reason) {
    throw Failure(Exit::output, path + " cannot be written: " + std::strerror(reason));
}

[[noreturn]] void fail_existing(const std::string& path) {
    throw Failure(Exit::output, path + " exists already; give --force to overwrite it");
}

void write_all(int fd, const std::string& path, const std::uint8_t* data, std::size_t bytes) {
    while (bytes) {
        ssize_t done = ::write(fd, data, bytes);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail(path, errno);
        data += done;
        bytes -= static_cast<std::size_t>(done);
    }
}

// Devices and pipes get the bytes as they are.
bool is_device(const std::string& path) {
    struct stat status;
    return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// A file beside the result that is removed unless it becomes it.
class Temporary {
public:
    explicit Temporary(const std::string& path)
        : path_(path), name_(path + "." + std::to_string(::getpid()) + ".part"),
          file_(::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
        if (file_.get() < 0) fail(path_, errno);
    }
    ~Temporary() {
        if (!kept_) ::unlink(name_.c_str());
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    int get() const { return file_.get(); }

    void keep(bool force) {
        if (::fsync(file_.get()) != 0 && errno != EINVAL && errno != ENOSYS) fail(path_, errno);
        if (force) move();
        else if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) kept_ = true;
        else if (errno == EEXIST) fail_existing(path_);
        else if (errno != EINVAL && errno != ENOSYS) fail(path_, errno);
        else {  // a file system that cannot look and rename at once
            check_output(path_, force);
            move();
        }
    }

private:
    void move() {
        if (std::rename(name_.c_str(), path_.c_str()) != 0) fail(path_, errno);
        kept_ = true;
    }

    std::string path_, name_;
    Descriptor file_;
    bool kept_ = false;
};

}  // namespace

void check_output(const std::string& path, bool force) {
    struct stat status;
    if (path == "-" || is_device(path) || ::stat(path.c_str(), &status) != 0) return;
    if (S_ISDIR(status.st_mode)) throw Failure(Exit::output, path + " is a folder; give the name of a file");
    if (!force) fail_existing(path);
}

void write_pbm(const std::string& path, bool force, std::size_t width, std::size_t height, Bits bits) {
    std::string header = "P4\n" + std::to_string(width) + " " + std::to_string(height) + "\n";
    auto write = [&](int fd) {
        write_all(fd, path, reinterpret_cast<const std::uint8_t*>(header.data()), header.size());
        write_all(fd, path, bits.data, bits.stride * height);
    };
    if (path == "-") return write(STDOUT_FILENO);
    if (is_device(path)) {
        Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.get() < 0) fail(path, errno);
        return write(device.get());
    }
    Temporary file(path);
    write(file.get());
    file.keep(force);
}

}  // namespace docbin::edge
