-- What every script shares; RecordCodec describes the bytes. Every script gets
--   KEYS  1 change mark, 2 ids by deadline, 3 ids by last use, then its own
--   ARGV  1 now, 2 notAfter or '', 3 channel, 4 new mark, 5 operation, 6 bucket, 7 retention, 8 touch interval,
--         9 grace, 10 what follows on reuse, then its own
-- A script reads and decides before its first write and publishes last. The first write of each change of an existing
-- session is one that Redis permits also when its memory is full: then the others pass, and nothing is half done.
local MARK_TTL = 86400000
local MARK, BY_DEADLINE, BY_USE = KEYS[1], KEYS[2], KEYS[3]
local now = tonumber(ARGV[1])
local channel, newMark, operation, bucket = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local retention, touchInterval, grace = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local endsOnReuse = ARGV[10] == 'end'

local function late()
  if ARGV[2] == '' then
    return false
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[2])
end

local function parseRotation(rec, value, at)
  local state = string.byte(value, at)
  if not state then
    return false
  end
  local detailsAt = at + 1
  if state > 0 then
    detailsAt = at + 61
    if #value < detailsAt then
      return false
    end
    rec.previous = string.sub(value, at + 1, at + 32)
    if math.floor(state / 2) % 2 == 1 then
      rec.nonce = string.sub(value, at + 33, at + 48)
    end
    local rotatedAt, presentedAt = struct.unpack('>I6I6', value, at + 49)
    rec.rotatedAt = rotatedAt
    if state >= 4 then
      rec.presentedAt = presentedAt
    end
  end
  rec.details = string.sub(value, detailsAt)
  return true
end

-- kind: absent, record, newer, ended, newer_marker or corrupt
local function parse(value)
  if not value then
    return {kind = 'absent'}
  end
  local format = string.byte(value, 1) or 0
  if format >= 0xE1 then
    if #value < 48 then
      return {kind = 'corrupt'}
    end
    return {kind = format == 0xE1 and 'ended' or 'newer_marker', value = value, hash = string.sub(value, 2, 33),
      operation = string.sub(value, 40, 47), reason = string.sub(value, 49)}
  end
  if format < 1 or format > 127 or #value < 91 then
    return {kind = 'corrupt'}
  end
  local rec = {kind = format == 1 and 'record' or 'newer', value = value, hash = string.sub(value, 2, 33)}
  local length
  rec.userKey, rec.created, rec.used, rec.authenticated, rec.idle, rec.absolute, rec.timeout, rec.version, length =
    struct.unpack('>c16I6I6I6I6I6I6I4I2', value, 34)
  if length == 0 or #value < 91 + length then
    return {kind = 'corrupt'}
  end
  rec.userId = string.sub(value, 92, 91 + length)
  rec.rotationAt = 91 + length
  if format == 1 and not parseRotation(rec, value, 92 + length) then
    return {kind = 'corrupt'}
  end
  return rec
end

local function get(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' then
    return {kind = 'corrupt'}
  end
  return parse(value)
end

local function isSession(rec)
  return rec.kind == 'record' or rec.kind == 'newer'
end

local function deadline(rec)
  return math.min(rec.idle, rec.absolute)
end

local function expired(rec)
  return now >= deadline(rec)
end

local function rotationBytes(rec)
  if not rec.previous then
    return string.char(0)
  end
  local state = 1 + (rec.nonce and 2 or 0) + (rec.presentedAt and 4 or 0)
  return string.char(state) .. rec.previous .. (rec.nonce or string.rep('\0', 16))
    .. struct.pack('>I6I6', rec.rotatedAt, rec.presentedAt or 0)
end

local function bytes(rec)
  return string.char(1) .. rec.hash .. rec.userKey
    .. struct.pack('>I6I6I6I6I6I6I4I2', rec.created, rec.used, rec.authenticated, rec.idle, rec.absolute, rec.timeout,
      rec.version, #rec.userId)
    .. rec.userId .. rotationBytes(rec) .. rec.details
end

local function ttl(rec)
  return math.max(1, deadline(rec) - now + retention)
end

-- What a write would only find out half way: a key of another type.
local function checkIndices(byUser, id)
  redis.call('ZSCORE', byUser, id)
  redis.call('ZSCORE', BY_DEADLINE, id)
  redis.call('ZSCORE', BY_USE, id)
end

local function previousMark()
  return redis.call('GET', MARK) or ''
end

local function addTo(index, score, id, atLeast)
  redis.call('ZADD', index, score, id)
  if redis.call('PTTL', index) < atLeast then
    redis.call('PEXPIRE', index, atLeast)
  end
end

-- Without the ids of the user where they cannot be written; so does what follows.
local function index(rec, id, byUser)
  local atLeast = ttl(rec)
  if byUser then
    addTo(byUser, rec.used, id, atLeast)
  end
  addTo(BY_DEADLINE, deadline(rec), id, atLeast)
  addTo(BY_USE, rec.used, id, atLeast)
end

local function unindex(id, byUser)
  if byUser then
    redis.call('ZREM', byUser, id)
  end
  redis.call('ZREM', BY_DEADLINE, id)
  redis.call('ZREM', BY_USE, id)
end

-- Use and presentation leave the length of a record alone and are written in place.
local function writeInPlace(key, rec, id, byUser)
  redis.call('PEXPIRE', key, ttl(rec))
  redis.call('SETRANGE', key, 55, struct.pack('>I6I6I6', rec.used, rec.authenticated, rec.idle))
  if rec.previous then
    redis.call('SETRANGE', key, rec.rotationAt, rotationBytes(rec))
  end
  index(rec, id, byUser)
end

local function write(key, rec, id, byUser)
  redis.call('PEXPIRE', key, ttl(rec))
  redis.call('SET', key, bytes(rec), 'PX', ttl(rec))
  index(rec, id, byUser)
end

local events, ids = {}, {}
local function announce(type, id, rec, reason)
  local number = #events + 1
  local name = string.gsub(operation, '.', function(c) return string.format('%02x', string.byte(c)) end)
  events[number] = {eventId = name .. '-' .. number, type = type, sessionId = id, userId = rec.userId, at = now,
    reason = reason}
  ids[number] = id
end

local function publish(message)
  message.bucket, message.ids, message.events = bucket, ids, events
  redis.call('PUBLISH', channel, cjson.encode(message))
end

local function publishChange(previous)
  redis.call('SET', MARK, newMark, 'PX', MARK_TTL)
  publish({previous = previous, mark = newMark})
end

local function leaveMarker(key, rec, reason, at)
  redis.call('SET', key, string.char(0xE1) .. rec.hash .. struct.pack('>I6', at) .. operation
    .. string.char(#reason) .. reason, 'PX', retention)
end

local function endSession(key, rec, id, byUser, reason)
  unindex(id, byUser)
  leaveMarker(key, rec, reason, now)
  announce('destroyed', id, rec, reason)
end

-- It ended at its deadline, whenever that is noticed.
local function expireSession(key, rec, id, byUser)
  unindex(id, byUser)
  leaveMarker(key, rec, 'expired', deadline(rec))
  announce('expired', id, rec, 'expired')
end

-- The living session under a key, or nil and what to answer.
local function living(key, userKey)
  local rec = get(key)
  if rec.kind == 'absent' or rec.kind == 'corrupt' then
    return nil, {rec.kind}
  elseif rec.kind == 'newer' or rec.kind == 'newer_marker' then
    return nil, {'newer'}
  elseif rec.kind == 'ended' then
    return nil, {'stored', rec.value}
  elseif rec.userKey ~= userKey then
    return nil, {'again'}
  elseif expired(rec) then
    return nil, {'stored', rec.value}
  end
  return rec
end

local function standing(rec, presented)
  if rec.hash == presented then
    return 'current'
  elseif rec.previous ~= presented then
    return 'mismatch'
  elseif rec.presentedAt and now - rec.presentedAt >= grace then
    return 'reused'
  end
  return 'predecessor'
end

local function use(rec, usedAt)
  local at = math.min(usedAt, now)
  if usedAt < 0 or at <= rec.used or at - rec.used < touchInterval then
    return false
  end
  rec.used = at
  rec.idle = math.max(rec.idle, at + rec.timeout + touchInterval)
  return true
end

local function present(rec)
  if not rec.previous or rec.presentedAt then
    return false
  end
  rec.presentedAt = now
  return true
end

local function forget(rec)
  if rec.nonce and rec.presentedAt and now - rec.presentedAt >= grace then
    rec.nonce = nil
  end
end

local function reuse(key, rec, id, byUser)
  if endsOnReuse then
    local previous = previousMark()
    endSession(key, rec, id, byUser, 'token_reuse')
    publishChange(previous)
  end
  return {'absent'}
end

