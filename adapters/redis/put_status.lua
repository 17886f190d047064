-- Stores a status unless a newer version is held. KEYS[1] is its key, ARGV[1] the document, which begins
-- with the version in 19 digits, ARGV[2] how many milliseconds it is kept. Returns 1 when it was stored.
--
-- Versions are compared as text: all have 19 digits, and a number of Lua holds only 15 of them. What does
-- not begin with a version is none of ours and is replaced.
local held = redis.call('GETRANGE', KEYS[1], 0, 18)
if #held == 19 and not string.find(held, '%D') and held > string.sub(ARGV[1], 1, 19) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
