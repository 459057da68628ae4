#define FFI_SCOPE "CARTWHEEL_ADAPTERS"
#define FFI_LIB "libcartwheel_channels.so.1"
typedef struct cartwheel_adapters cartwheel_adapters;
typedef struct cartwheel_adapters_answer cartwheel_adapters_answer;
enum {
  CARTWHEEL_ADAPTERS_OK = 0,
  CARTWHEEL_ADAPTERS_INVALID = -1,
  CARTWHEEL_ADAPTERS_MISUSE = -2,
  CARTWHEEL_ADAPTERS_REFUSED = -3,
  CARTWHEEL_ADAPTERS_NO_MEMORY = -4
};
int32_t cartwheel_adapters_open(const char* channels, size_t channels_size, const char* folder, size_t folder_size,
                                cartwheel_adapters** adapters, cartwheel_adapters_answer** answer);
int32_t cartwheel_adapters_build(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                 const char* messages, size_t messages_size, int64_t now_ms,
                                 cartwheel_adapters_answer** answer);
int32_t cartwheel_adapters_interpret(cartwheel_adapters* adapters, const char* response, size_t response_size,
                                     int64_t now_ms, cartwheel_adapters_answer** answer);
int32_t cartwheel_adapters_traits(cartwheel_adapters* adapters, const char* channel, size_t channel_size,
                                  cartwheel_adapters_answer** answer);
int32_t cartwheel_adapters_check_receipt(const char* report, size_t report_size, cartwheel_adapters_answer** answer);
int32_t cartwheel_adapters_close(cartwheel_adapters* adapters);
const char* cartwheel_adapters_answer_data(const cartwheel_adapters_answer* answer);
size_t cartwheel_adapters_answer_size(const cartwheel_adapters_answer* answer);
void cartwheel_adapters_answer_free(cartwheel_adapters_answer* answer);
const char* cartwheel_adapters_crypto_version(void);
