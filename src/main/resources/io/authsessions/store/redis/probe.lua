-- Changes nothing; renews the change mark, to find out whether scripts may run and write.
redis.call('PEXPIRE', MARK, MARK_TTL)
return {'ready'}
