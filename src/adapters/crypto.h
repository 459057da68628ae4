// The cryptography that providers ask for, from OpenSSL's libcrypto: digests, MACs, AES-128-GCM, keys and signatures.
//
// Bytes are std::string. The algorithms come from a library context of our own, so that a host's settings of OpenSSL
// change nothing here, nor these functions anything there. What can fail only because memory or the system's random
// numbers are missing throws std::bad_alloc. All functions are safe on any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace cartwheel {

std::string Sha256(std::string_view bytes);  // 32 bytes
std::string Sha1(std::string_view bytes);    // 20 bytes; only for providers that ask for it
std::string HmacSha256(std::string_view key, std::string_view bytes);

std::string RandomBytes(size_t count);
// Compares in a time that depends on the sizes only.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// HKDF of RFC 5869 with SHA-256, whose output is at most one block.
std::string HkdfExtract(std::string_view salt, std::string_view key);
// Precondition: size <= 32.
std::string HkdfExpand(std::string_view key, std::string_view info, size_t size);

inline constexpr size_t kAesKeyBytes = 16;
inline constexpr size_t kAesNonceBytes = 12;
inline constexpr size_t kAesTagBytes = 16;
// Returns the ciphertext and its tag. A nonce must not be used twice with a key.
std::string SealAes128Gcm(std::string_view key, std::string_view nonce, std::string_view plaintext);

std::string EncodeHex(std::string_view bytes);        // lower case
std::string EncodeBase64(std::string_view bytes);     // with padding
std::string EncodeBase64Url(std::string_view bytes);  // without padding
// Take either alphabet and padding or none, as people paste keys; nullopt: it is no base64.
std::optional<std::string> DecodeBase64(std::string_view text);

inline constexpr size_t kP256PointBytes = 65;   // uncompressed: 0x04, x, y
inline constexpr size_t kP256ScalarBytes = 32;  // a private key
inline constexpr size_t kP256SignatureBytes = 64;
inline constexpr int kRsaBitsMin = 2048;

// A private key.
class SigningKey {
 public:
  enum class Kind : uint8_t { kP256, kRsa, kEd25519 };

  // Reads PEM (PKCS #8, SEC 1 or PKCS #1) without a password. InvalidArgument says what it is in place of a key of
  // `kind`; the text is never shown.
  static absl::StatusOr<SigningKey> ReadPem(std::string_view pem, Kind kind);
  // InvalidArgument: it is not 32 bytes, or no private key of P-256.
  static absl::StatusOr<SigningKey> ReadP256(std::string_view scalar);
  static SigningKey MakeP256();

  // ES256: r and s, 64 bytes. RS256: PKCS #1 v1.5 with SHA-256. Ed25519: of the bytes themselves.
  std::string Sign(std::string_view bytes) const;
  // Of P-256: the public key as an uncompressed point, and the private one as 32 bytes.
  std::string PublicPoint() const;
  std::string Scalar() const;
  // Of P-256: the shared secret with another's public point (ECDH). InvalidArgument: that is no point of the curve.
  absl::StatusOr<std::string> Agree(std::string_view point) const;

  Kind kind() const { return kind_; }

 private:
  struct Deleter {
    void operator()(evp_pkey_st* key) const;
  };
  using Handle = std::unique_ptr<evp_pkey_st, Deleter>;
  SigningKey(Handle key, Kind kind) : key_(std::move(key)), kind_(kind) {}

  Handle key_;
  Kind kind_;
};

// Tells whether `signature` (DER) is that of the bytes, ECDSA with SHA-256, by the public key (DER,
// SubjectPublicKeyInfo). False: it is not, or one of them cannot be read.
bool VerifyEcdsa(std::string_view public_key, std::string_view bytes, std::string_view signature);

// Tells whether `signature` is that of the bytes, RSA (PKCS #1 v1.5) with SHA-256 or, where `sha1` says so, SHA-1, by
// the key of a certificate in PEM. False: it is not, or one of them cannot be read. Of the certificate nothing else is
// looked at: its owner chose it.
bool VerifyByCertificate(std::string_view certificate, std::string_view bytes, std::string_view signature, bool sha1);

// Tells whether `point` is an uncompressed point of P-256.
bool IsP256Point(std::string_view point);

// "OpenSSL 3.0.19 27 Jan 2026": what is linked.
std::string CryptoVersion();
// For a shared library that has libcrypto inside, before any other function of this file: that copy then reads no
// openssl.cnf, which may name modules made for another. Where the host has the same libcrypto, its settings are the
// host's own: do not call it there.
void KeepFromCryptoConfig();

}  // namespace cartwheel
